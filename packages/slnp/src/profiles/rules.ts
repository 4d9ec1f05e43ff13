import type { Profile, UnfilledReason } from '@interlend/core';
import type { LineCharset } from '@interlend/wire/lines';
import type { Escape } from '../codec/read.js';

/** Names of the parameters of `SLNPInfo2FLServer`, which are not public. */
export interface Info2FLServerNames {
  readonly status: string;
  readonly orderId: string;
  readonly side: string;
  readonly lender: string;
  readonly borrower: string;
  readonly pflNumber: string;
  readonly shelfmark: string;
  readonly itemId: string;
  readonly dueDate: string;
  readonly note: string;
}

/** Short texts that staff at the other end read. */
export interface ReplyTexts {
  readonly accepted: string;
  readonly notSupplied: string;
  readonly patronUnknown: string;
  readonly patronBlocked: string;
  readonly orderConflict: string;
  readonly orderUnknown: string;
  readonly statusImpossible: string;
  readonly pflNumberUnknown: string;
  readonly pflNumberImplausible: string;
  readonly libraryUnknown: string;
  readonly unreadable: string;
  /** The parameter's name follows. */
  readonly parameterMissing: string;
  /** The parameter's name follows. */
  readonly valueInvalid: string;
  /** The command's name follows. */
  readonly commandUnknown: string;
}

/** Words in a refusal, and the reason they stand for. */
export interface ReasonBucket {
  /** Parts of words, in small letters. */
  readonly words: readonly string[];
  readonly reason: UnfilledReason;
}

/** Everything in which partners differ. */
export interface SlnpRules {
  /** What a client does on connect: send at once and drop a greeting, wait for one, or expect none. */
  readonly greeting: 'auto' | 'require' | 'none';
  /** Whether a listener begins with a greeting: `role` means yes for a central server and no for a library system. */
  readonly greets: 'role' | 'yes' | 'no';
  readonly login: 'none' | 'SLNPServerInit' | 'SLNPSysParam';
  readonly lineEnd: 'lf' | 'crlf';
  readonly commandEnd: 'lf' | 'crlf';
  readonly blankLineAfterReply: boolean;
  /** What a listener answers to `SLNPQuit` before it closes. */
  readonly quitReply: '240' | 'none';
  readonly bareQuit: boolean;
  readonly records: '602' | '604';
  /** `greeting`: what the greeting says, UTF-8 until then. */
  readonly charset: LineCharset | 'greeting';
  readonly escaping: Escape;
  /** A parameter with nothing behind its colon. */
  readonly emptyParameters: 'accept' | 'refuse';
  /** The same order a second time. */
  readonly repeatedOrder: 'answer-again' | 'refuse';
  /** How a lender says no: in the reply to the order, or by `SLNPInfo2FLServer` NotAvailable after accepting. */
  readonly lenderAnswer: 'sync' | 'async';
  readonly info2flserver: Info2FLServerNames;
  readonly texts: ReplyTexts;
  readonly reasons: readonly ReasonBucket[];
  /** Milliseconds. */
  readonly connectTimeoutMs: number;
  /** Milliseconds. */
  readonly replyTimeoutMs: number;
  /** Milliseconds without a command after which a listener closes. */
  readonly idleTimeoutMs: number;
}

/** A partner's profile. */
export type SlnpProfile = Profile<SlnpRules>;
