import { z } from 'zod';
import { unfilledReason } from '../../lending-policy.js';
import { accepts, choice, list, object, words, yesOrNo } from '../../settings-fields.js';

/** What `slnp.password` accepts. */
export const variableText = 'the variable INTERLEND_SLNP_PASSWORD, or passwordFile of a login';

const parameterText = 'a name of letters, digits and underscores';
const parameter = words(parameterText)
  .regex(/^[A-Za-z0-9_]+$/, accepts(parameterText))
  .optional();
const text = words().optional();
const milliseconds = z
  .int(accepts('a whole number of milliseconds from 1 to 86400000'))
  .min(1, accepts('a whole number of milliseconds from 1 to 86400000'))
  .max(86_400_000, accepts('a whole number of milliseconds from 1 to 86400000'))
  .optional();
const lineEnd = choice(['lf', 'crlf']).optional();

/** Names of the parameters of `SLNPInfo2FLServer` that the central server wants. */
const info2flserver = object({
  status: parameter,
  orderId: parameter,
  side: parameter,
  lender: parameter,
  borrower: parameter,
  pflNumber: parameter,
  shelfmark: parameter,
  itemId: parameter,
  dueDate: parameter,
  note: parameter,
}).readonly();

const texts = object({
  accepted: text,
  notSupplied: text,
  patronUnknown: text,
  patronBlocked: text,
  orderConflict: text,
  orderUnknown: text,
  statusImpossible: text,
  pflNumberUnknown: text,
  pflNumberImplausible: text,
  libraryUnknown: text,
  unreadable: text,
  parameterMissing: text,
  valueInvalid: text,
  commandUnknown: text,
}).readonly();

/** Words in a refusal, and the reason they stand for. */
const reason = object({
  words: z.array(words().toLowerCase(), accepts('a list')).min(1, accepts('at least one word')).readonly(),
  reason: unfilledReason,
}).readonly();

/** A profile that is like one that comes with the package, but for what is written here. */
const profile = object({
  name: words('a name for `profile` of listeners and peers'),
  like: choice(['default', 'koha', 'sisis', 'alma']).default('default'),
  lenderAnswer: choice(['sync', 'async']).optional(),
  login: choice(['none', 'SLNPServerInit', 'SLNPSysParam']).optional(),
  greeting: choice(['auto', 'require', 'none']).optional(),
  greets: choice(['role', 'yes', 'no']).optional(),
  charset: choice(['utf-8', 'iso-8859-1', 'greeting']).optional(),
  escaping: choice(['none', 'backslash']).optional(),
  lineEnd,
  commandEnd: lineEnd,
  blankLineAfterReply: yesOrNo.optional(),
  quitReply: choice(['240', 'none']).optional(),
  bareQuit: yesOrNo.optional(),
  records: choice(['602', '604']).optional(),
  emptyParameters: choice(['accept', 'refuse']).optional(),
  repeatedOrder: choice(['answer-again', 'refuse']).optional(),
  info2flserver: info2flserver.optional(),
  texts: texts.optional(),
  reasons: list(reason).optional(),
  connectTimeoutMs: milliseconds,
  replyTimeoutMs: milliseconds,
  idleTimeoutMs: milliseconds,
}).readonly();

/** What a server can be told about SLNP, beside its listeners and peers. */
export const SlnpSettingsSchema = object({
  /** Of every login without a file. Only the environment may give it. */
  password: words(variableText).optional(),
  profiles: list(profile).default([]),
}).readonly();
