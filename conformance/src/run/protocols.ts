import * as art from '@interlend/artemail';
import type {
  CalendarDate,
  GuardContext,
  LendingEvent,
  PersonalField,
  Protocol,
  Role,
  ServiceType,
} from '@interlend/core';
import { type EncodeOptions, encode, illText, isoIll, personalFields } from '@interlend/iso-ill';
import type { PlainMail } from '@interlend/mail';
import * as slnp from '@interlend/slnp';
import {
  type ConnectionReader,
  type Exchange,
  framedReader,
  isFilled,
  type KeptForm,
  type MatchRule,
  SmtpReader,
} from '@interlend/testing';
import { encodingsInMail, keptMail, personalInMail } from '../recording/mail-form.js';
import type { Live } from './live.js';
import { artemailLive, emailLive, isoIllLive, slnpLive } from './live-protocols.js';
import { writtenHub } from './slnp-rewriting.js';
import { type Dialogue, smtpDialogue } from './smtp-dialogue.js';

type Writing = Exchange['codec']['writing'];

/** A protocol package as the runner uses it. A row of the matrix is covered when its protocol is in this list. */
export interface ProtocolUnderTest {
  readonly protocol: Protocol<unknown, unknown>;
  /** Name of the profile of a partner of whom nothing particular is known. */
  readonly plainProfile: string;
  /** Writes a message as a partner's software does. */
  write(message: unknown, writing: Writing): Uint8Array;
  /** What differs from run to run, in any message of the side under test. */
  readonly volatile: readonly MatchRule[];
  /** Transports on which a requester waits on its connection and is told at once that its request has come. */
  readonly awaited: readonly string[];
  /** When a message says that it was said, as text that sorts by time; absent where every message may name the same time. */
  momentOf?(message: unknown): string;
  /** Where every message is answered on the connection that brought it. */
  readonly onTheSpot?: OnTheSpot;
  /** What the side under test knows beside its transactions. */
  readonly world?: Pick<GuardContext, 'findPatron' | 'partner'>;
  /** Texts that must not be shown whatever holds them; the fields of messages that do are in `secretFields`. */
  readonly secrets?: readonly string[];
  /** How messages are handed over where octets on a connection are not enough. */
  readonly dialogue?: Dialogue;
  /** What the settings of a server say of the partner, beside who and where it is. */
  readonly peerSettings?: Readonly<Record<string, unknown>>;
  /** How a live partner is verified; absent where none can be. */
  readonly live?: Live;
  /** The clause that defines a message. */
  clauseOf(message: unknown): string;
  /** The identifier that whoever begins a transaction makes up for it. */
  qualifierOf(message: unknown): string;
  /** The identifier of the request as the patron sees it, the same for every lender tried. */
  groupOf(message: unknown): string;
  /** What must not be kept of a message when it is recorded: patron data and secrets, by field. */
  personalFields(message: unknown): readonly PersonalField[];
  /** Of {@link personalFields}, what is secret even where every person is made up. */
  secretFields?(message: unknown): readonly PersonalField[];
  /** How its conversations are recorded, where that is not said by what stands above. */
  readonly recording?: RecordingRules;
}

/** What a recorder needs to know of a protocol beside how its messages are read. */
export interface RecordingRules {
  /** Finds messages on a connection. Absent where the framer of the protocol does for both directions. */
  createReader?(): ConnectionReader;
  /** Brings a message into the form in which it is kept. @throws DecodeError */
  toKeptForm?(bytes: Uint8Array, isPartners: boolean): Promise<KeptForm>;
  /** What must not be kept, where that is more than what the protocol names. */
  personalFields?(message: unknown): readonly PersonalField[];
  /** Further octets that a text may have been read from. */
  encodingsOf?(text: string): readonly Uint8Array[];
  /** What the partner's side knows beside its transactions, where that is not what the side under test knows. */
  readonly partnersWorld?: Pick<GuardContext, 'findPatron' | 'partner'>;
  /**
   * What a message of the side under test says to the partner's desk, where nobody but the partner speaks its side of the
   * protocol.
   */
  meaningOf?(
    message: unknown,
    about: { readonly service: ServiceType; readonly today: CalendarDate },
  ): LendingEvent | undefined;
}

/** A wire on which a message is answered on its own connection, by a message that names no transaction. */
export interface OnTheSpot {
  /** The partner stands for every other library: messages name libraries that are no peers. */
  readonly hub: string;
  isAnswer(message: unknown): boolean;
  /** Whether a message says goodbye, and is no part of a conversation. */
  isGoodbye(message: unknown): boolean;
  /** Whether a message says who listens, and is no part of a conversation. */
  isGreeting(message: unknown): boolean;
  /** Readers whom a message of the partner names and the side under test knows, as they stand in the settings of a server. */
  patronsIn(message: unknown): readonly Readonly<Record<string, string | boolean>>[];
}

export const isoIllUnderTest: ProtocolUnderTest = {
  protocol: isoIll as Protocol<unknown, unknown>,
  plainProfile: 'ipig',
  write: (message, writing) => {
    const options: EncodeOptions = {
      ...(typeof writing['trueOctet'] === 'number' ? { trueOctet: writing['trueOctet'] } : {}),
      ...(isDefaults(writing['defaults']) ? { defaults: writing['defaults'] } : {}),
    };
    return encode(message as Parameters<typeof encode>[0], options);
  },
  volatile: [
    { path: 'serviceDateTime.dateTimeOfThisService.date', rule: 'present', why: 'the day of the run' },
    { path: 'serviceDateTime.dateTimeOfThisService.time', rule: 'present', why: 'the time of the run' },
  ],
  awaited: ['499'],
  momentOf: (message) => {
    const { date, time = '' } = (message as Parameters<typeof encode>[0]).serviceDateTime
      .dateTimeOfThisService;
    return `${date} ${time}`;
  },
  live: isoIllLive,
  clauseOf: (message) =>
    `ISO 10161-1 clause 9, ${isoIll.describe(message as Parameters<typeof isoIll.describe>[0])}`,
  qualifierOf: (message) =>
    illText((message as Parameters<typeof encode>[0]).transactionId.transactionQualifier),
  groupOf: (message) =>
    illText((message as Parameters<typeof encode>[0]).transactionId.transactionGroupQualifier),
  personalFields: (message) => personalFields(message as Parameters<typeof encode>[0]),
};

function isDefaults(value: unknown): value is NonNullable<EncodeOptions['defaults']> {
  return value === 'keep' || value === 'omit' || value === 'write';
}

const reader = { identifier: '4711', givenName: 'Erika', familyName: 'Beispiel' } as const;

/** Passwords, by the last step of their path. */
const slnpSecrets: ReadonlySet<string> = new Set(['OpacPin', 'Kennwort', 'SIASPasswort']);

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** In a recording, the number of a reader was replaced by as many `x`. */
function isKnownReader(identifier: string): boolean {
  return identifier === reader.identifier || isFilled(identifier);
}

export const slnpUnderTest: ProtocolUnderTest = {
  protocol: slnp.slnp as Protocol<unknown, unknown>,
  plainProfile: 'default',
  write: (message, writing) => slnp.encode(message as slnp.SlnpMessage, writing as slnp.EncodeOptions),
  volatile: [],
  awaited: [],
  onTheSpot: {
    hub: writtenHub,
    isAnswer: (message) => (message as slnp.SlnpMessage).kind === 'reply',
    isGoodbye: (message) => slnp.describe(message as slnp.SlnpMessage) === 'SLNPQuit',
    isGreeting: (message) => (message as slnp.SlnpMessage).kind === 'greeting',
    patronsIn: (message) => {
      const said = message as slnp.SlnpMessage;
      const identifier = said.kind === 'command' ? said.parameters['BenutzerNummer'] : undefined;
      return identifier !== undefined && isKnownReader(identifier) ? [{ ...reader, identifier }] : [];
    },
  },
  world: {
    findPatron: (identifier) =>
      isKnownReader(identifier) ? { ...reader, identifier, mayBorrow: true } : undefined,
  },
  clauseOf: (message) => `SLNP, ${slnp.describe(message as slnp.SlnpMessage)}`,
  qualifierOf: (message) => orderIdOf(message),
  groupOf: (message) => orderIdOf(message),
  personalFields: (message) => slnp.personalFields(message as slnp.SlnpMessage),
  secretFields: (message) =>
    slnp.personalFields(message as slnp.SlnpMessage).filter(({ path }) => slnpSecrets.has(lastStep(path))),
  live: slnpLive,
  recording: {
    createReader: () => framedReader((from) => slnp.createFramer(from)),
    meaningOf: (message, about) =>
      slnp.toEvent(message as slnp.SlnpMessage, { rules: slnp.rulesFor(undefined), ...about }),
  },
};

function orderIdOf(message: unknown): string {
  const said = message as slnp.SlnpMessage;
  return said.kind === 'command' ? (said.parameters['BestellId'] ?? '') : '';
}

/** What the side under test agreed with its partners. Their replies take effect at once, so that a run needs no person. */
const britishLibrary = {
  from: 'desk@library.example',
  to: 'artemail@bl.example',
  replies: 'automatic',
  accounts: [{ customerCode: '12-3456', password: 'EXAMPLE' }],
  keywords: { service: ['S'], delivery: ['LOAN', 'PHOTO', 'SED99'], instructions: ['COPYRT', 'WLX'] },
  allowsAddresses: true,
  renewKeyword: 'RENEW',
};
const letterPartner = { from: 'desk@library.example', to: 'ill@partner.example', replies: 'automatic' };

/** Stands in an order file until it is on its way. */
const withheld = '*******';

/** Mails are recorded between those who stand in the settings above. */
const mailRecording = (
  partner: { readonly from: string; readonly to: string },
  customerCode?: string,
): RecordingRules => ({
  createReader: () => new SmtpReader(),
  toKeptForm: (bytes, isPartners) =>
    keptMail(bytes, isPartners, {
      own: partner.from,
      partner: partner.to,
      ...(customerCode === undefined ? {} : { customerCode }),
    }),
  personalFields: (message) => personalInMail(message as art.ArtMessage | PlainMail),
  encodingsOf: encodingsInMail,
  partnersWorld: { partner: { ...partner, from: partner.to, to: partner.from } },
});

const artemailUnderTest: ProtocolUnderTest = {
  // With the password, so that recording finds and replaces it.
  protocol: {
    ...(art.artemail as Protocol<unknown, unknown>),
    decode: (bytes) => art.decodeArt(bytes, { withPassword: true }),
  },
  write: (message) => art.encodeArt(message as art.ArtMessage),
  volatile: [
    { path: 'mail.date', rule: 'present', why: 'the time of the run' },
    { path: 'mail.messageId', rule: 'present', why: 'it holds the request number in another form' },
    { path: 'mail.subject', rule: 'present', why: 'the number of the file' },
    { path: 'file.account.password', rule: 'any', why: 'it is on the wire only' },
  ],
  awaited: [],
  plainProfile: 'british-library',
  world: { partner: britishLibrary },
  dialogue: smtpDialogue,
  peerSettings: { partner: britishLibrary, relay: { security: 'none' } },
  clauseOf: (message) => `ARTEmail, ${art.artemail.describe(message as art.ArtMessage)}`,
  qualifierOf: (message) => art.artemail.correlate(message as art.ArtMessage).key,
  groupOf: (message) => art.artemail.correlate(message as art.ArtMessage).key,
  personalFields: (message) => art.personalFields(message as art.ArtMessage),
  secretFields: (message) =>
    art
      .personalFields(message as art.ArtMessage)
      .filter(({ path, text }) => path === 'file.account.password' && text !== withheld),
  secrets: britishLibrary.accounts.map(({ password }) => password),
  live: artemailLive(britishLibrary),
  recording: {
    ...mailRecording(britishLibrary, britishLibrary.accounts[0]?.customerCode),
    meaningOf: (message) => meaningOfOrder(message as art.ArtMessage),
  },
};

/** What an order file asks of the British Library, which nobody else plays. */
function meaningOfOrder(message: art.ArtMessage): LendingEvent | undefined {
  const [order] = message.kind === 'orders' ? message.file.orders : [];
  if (order?.keywords.includes('CANCEL')) {
    const note = order.lines.join(' ');
    return { type: 'cancelRequested', from: 'borrower', ...(note === '' ? {} : { note }) };
  }
  if (order?.keywords.includes(britishLibrary.renewKeyword))
    return { type: 'renewRequested', from: 'borrower' };
  return undefined;
}

const emailUnderTest: ProtocolUnderTest = {
  protocol: art.email as Protocol<unknown, unknown>,
  write: (message) => art.email.encode(message as PlainMail),
  volatile: [
    { path: 'date', rule: 'present', why: 'the time of the run' },
    { path: 'messageId', rule: 'present', why: 'it holds the request number in another form' },
  ],
  awaited: [],
  plainProfile: 'alma',
  world: { partner: letterPartner },
  dialogue: smtpDialogue,
  peerSettings: { partner: letterPartner, relay: { security: 'none' } },
  clauseOf: (message) => `letters of Alma, ${art.email.describe(message as PlainMail)}`,
  qualifierOf: (message) => art.email.correlate(message as PlainMail).key,
  groupOf: (message) => art.email.correlate(message as PlainMail).key,
  personalFields: (message) => art.personalFields(message as PlainMail),
  live: emailLive(letterPartner),
  recording: mailRecording(letterPartner),
};

/** Every protocol that has a package, by the name that exchanges and systems use. */
export const protocolsUnderTest: ReadonlyMap<string, ProtocolUnderTest> = new Map([
  ['iso-ill', isoIllUnderTest],
  ['slnp', slnpUnderTest],
  ['artemail', artemailUnderTest],
  ['email', emailUnderTest],
]);

/** The role of the side under test. */
export function roleUnderTest(exchange: Exchange): Role {
  return exchange.peer.role === 'borrower' ? 'lender' : 'borrower';
}
