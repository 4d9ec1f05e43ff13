import { isMailAddress } from '@interlend/mail';
import { z } from 'zod';
import { isAlmaServer, keyText, mailPasswordText, serverText } from './alma/settings.js';
import { SlnpSettingsSchema } from './carriers/request-reply/slnp-settings.js';
import { refusal } from './lending-policy.js';
import { passwordText } from './password-file.js';
import {
  accepts,
  address,
  choice,
  count,
  duration,
  list,
  network,
  object,
  port,
  words,
  yesOrNo,
} from './settings-fields.js';

const listenerTls = object({
  certificateFile: words('path of a PEM file'),
  keyFile: words('path of a PEM file'),
  /** Certificates of these authorities are asked of every caller; without it callers need none. */
  clientCaFile: words('path of a PEM file').optional(),
}).readonly();

const peerTls = object({
  /** Authorities to trust instead of the usual ones. */
  caFile: words('path of a PEM file').optional(),
  certificateFile: words('path of a PEM file').optional(),
  keyFile: words('path of a PEM file').optional(),
  serverName: words().optional(),
}).readonly();

const security = choice(['required', 'implicit', 'none']);

const mailbox = object({
  user: words(),
  password: words(),
  name: words().default('INBOX'),
  /** Where mails go that were taken; they are marked as read when absent. */
  moveTo: words().optional(),
  security: security.default('implicit'),
  caFile: words('path of a PEM file').optional(),
  /** Whether the server tells of new mails, or is only asked. */
  usesIdle: yesOrNo.default(true),
  pollMs: duration(60_000),
  /** Longest pause before its server is tried again; the first ones are shorter. */
  retryMs: duration(60_000),
}).readonly();

const relay = object({
  security: security.default('required'),
  user: words().optional(),
  password: words().optional(),
}).readonly();

/** Who says its name at the begin of a session. */
const login = object({
  user: words(),
  passwordFile: words(passwordText).optional(),
  database: words().optional(),
  branch: words().optional(),
}).readonly();

const listener = object({
  protocol: words(),
  transport: words(),
  host: words('a host name or IP address').default('127.0.0.1'),
  port,
  /** Name of a profile, for protocols that greet before they know whom. */
  profile: words().optional(),
  /** Only this peer calls there, and is known by it. */
  peer: words('authority:symbol').optional(),
  /** What callers must say before they are heard, where the profile has a login. */
  login: login.optional(),
  tls: listenerTls.optional(),
  /** Connections open at the same time; further ones are closed at once. */
  connections: count(1, 100_000, 512),
  connectionsPerAddress: count(1, 100_000, 64),
  /** Of a mailbox that is read by IMAP: host and port are those of its server. */
  mailbox: mailbox.optional(),
  /** A message that was begun must be complete within this time. */
  messageMs: duration(30_000),
  /** A connection on which nothing moves for so long is closed. */
  idleMs: duration(60_000),
}).readonly();

const library = object({
  symbol: words('authority:symbol'),
  name: words(),
  /** Requests that it refuses without asking its staff; the first that fits counts. */
  refuses: list(refusal).default([]),
}).readonly();

const fingerprintText = '32 octets in hex with colons, as openssl x509 -fingerprint -sha256 prints them';

/** One peer, for whoever makes peers of something else than the settings. */
export const PeerSettingsSchema = object({
  symbol: words('authority:symbol'),
  name: words().optional(),
  protocol: words(),
  transport: words(),
  /** Where it listens; without it, it can only be answered on its own open connection. */
  address: address.optional(),
  tls: peerTls.optional(),
  /** What is said there before anything else, where the profile has a login. */
  login: login.optional(),
  /** Of a mail server at `address`: how mails are handed to it. */
  relay: relay.optional(),
  /** The library of this server that deals with it, for messages that name none. Needed only where there are several. */
  library: words('authority:symbol').optional(),
  /** What was agreed with the partner, in the settings of its protocol. */
  partner: z.record(z.string(), z.unknown(), accepts('a mapping of settings')).optional(),
  /** Name of a profile of the protocol. */
  profile: words().optional(),
  /** What happens with messages that the state table does not list, and with octets that depart from the standard. */
  mode: choice(['lenient', 'strict']).default('lenient'),
  /** From where it may call; from anywhere when empty. */
  allow: list(network).default([]),
  /** SHA-256 fingerprint of the certificate that it must show; its listener here needs `clientCaFile`. */
  certificate: z
    .string(accepts(fingerprintText))
    .toUpperCase()
    .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, accepts(fingerprintText))
    .optional(),
  /** It is a central server: it speaks for every library of its protocol that is not among the peers. */
  isHub: yesOrNo.default(false),
  /** What a one-way peer that does not close the connection in time means. */
  withoutClose: choice(['failed', 'delivered']).default('failed'),
}).readonly();

const patron = object({
  identifier: words('the number by which partners ask about the reader'),
  givenName: words().optional(),
  familyName: words().optional(),
  mayBorrow: yesOrNo.default(true),
  /** Why not, for the partner's staff. */
  blockedBecause: words().optional(),
}).readonly();

const api = object({
  host: words('a host name or IP address').default('127.0.0.1'),
  port: port.default(8080),
  /** Callers name one of these as bearer token. Needed when `host` is not the machine itself. */
  tokens: list(
    words('a token of at least 16 characters').min(16, accepts('a token of at least 16 characters')),
  ).default([]),
}).readonly();

const delivery = object({
  attempts: count(1, 20, 4),
  /** Pause after the first failed attempt; the defaults make four attempts within an hour. */
  firstDelayMs: duration(120_000),
  /** Each pause is so many times the one before it. */
  factor: z
    .number(accepts('a number from 1 to 10'))
    .min(1, accepts('a number from 1 to 10'))
    .max(10, accepts('a number from 1 to 10'))
    .default(4),
  /** Pauses are shortened or lengthened at random by up to this part. */
  jitter: z
    .number(accepts('a number from 0 to 1'))
    .min(0, accepts('a number from 0 to 1'))
    .max(1, accepts('a number from 0 to 1'))
    .default(0.2),
  /** For name lookup, connection, handshake and sending together. */
  timeoutMs: duration(15_000),
  /** How long a one-way peer may take to close after the last octet. */
  closeWaitMs: duration(5000),
  /** How long a two-way peer has to break the connection before a message counts as taken. */
  settleMs: duration(250),
  /** How long an unused two-way connection is kept for answers. */
  keepOpenMs: duration(60_000),
  /** Messages on the way to one peer at the same time. */
  perPeer: count(1, 1000, 4),
  /** How long messages on their way may go on when the server stops. */
  graceMs: duration(5000),
  /** How long a message counts as being sent when its worker is gone. */
  leaseMs: duration(120_000),
}).readonly();

const timeZoneText = 'a time zone by its IANA name, for instance Europe/Rome';

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const addressOfOurs = 'a mail address of this library';
const customerCode = 'two digits, a hyphen and four digits';

/** What records of partners that are written to by mail do not say; the rest is as a peer has it. */
const almaMail = object({
  /** Our own mailbox: replies come to where mails come from. */
  from: words(addressOfOurs).refine(isMailAddress, accepts(addressOfOurs)),
  /** The mail server that takes what goes out. */
  address,
  relay: relay.optional(),
  tls: peerTls.optional(),
  replies: choice(['propose', 'automatic']).default('propose'),
  needsProof: yesOrNo.default(false),
  /** Accounts with the British Library. Their passwords are never taken from Alma. */
  accounts: list(
    object({
      customerCode: words(customerCode).regex(/^\d{2}-\d{4}$/, accepts(customerCode)),
      passwordFile: words(passwordText).optional(),
    }).readonly(),
  ).default([]),
  /** Of every account without a file. Only the environment may give it. */
  password: words(mailPasswordText).optional(),
}).readonly();

const alma = object({
  /** Where its REST interface is. */
  server: words(serverText).refine(isAlmaServer, accepts(serverText)),
  /** Only the environment may give it. */
  apiKey: words(keyText).optional(),
  apiKeyFile: words('path of a file that holds the key').optional(),
  /** The library of this server whose Alma it is; the first one when absent. */
  library: words('authority:symbol').optional(),
  /** Code of the resource-sharing library in Alma. */
  rsLibrary: words('the code of a library in Alma'),
  /** Code of the desk at which items are scanned in; without it none are. */
  circDesk: words('the code of a circulation desk').optional(),
  /** Where patrons pick things up; the resource-sharing library when absent. */
  pickupLibrary: words('the code of a library in Alma').optional(),
  /** For whom borrowing requests are made when a request names no patron. */
  patron: words('the primary identifier of a user').optional(),
  cancellationReason: words('a code of RequestCancellationReasons').default('CancelledAtPatronRequest'),
  importPartners: choice(['yes', 'no']).default('yes'),
  mail: almaMail.optional(),
  /** Whether partners are told what staff do in Alma. */
  follow: choice(['yes', 'no']).default('no'),
  /** How often requests in Alma are looked at. */
  followMs: duration(300_000),
  /** How often partners are read again. */
  refreshMs: duration(3_600_000),
  /** Pause after a failed attempt; each further one is twice as long, up to an hour. */
  retryMs: duration(60_000),
  perSecond: count(1, 1000, 10),
  /** Calls of the day to leave to others. */
  keepRemaining: count(0, 10_000_000, 1000),
}).readonly();

/** Everything a server can be told. */
export const SettingsSchema = object({
  /** Path of the data file. */
  data: words('path of the data file').default('interlend.sqlite'),
  /** IANA name of the zone whose days staff here mean by a date. */
  timeZone: words(timeZoneText).refine(isTimeZone, accepts(timeZoneText)).default('UTC'),
  /** How long a write may wait for others to share its commit. */
  commitDelayMs: count(0, 100, 4),
  api: api.prefault({}),
  listeners: list(listener).default([]),
  libraries: z.array(library, accepts('a list')).min(1, accepts('at least one library')).readonly(),
  mail: object({
    /** Name under which our own mail server writes what it found out about a sender; nobody else is believed. */
    trustedAuthority: words().optional(),
  })
    .readonly()
    .prefault({}),
  peers: list(PeerSettingsSchema).default([]),
  /** Readers about whom partners may ask. Without the list nobody is told about readers, and no order is refused for its reader. */
  patrons: list(patron).optional(),
  /** What happens with messages from a library that is not among the peers. */
  unknownPeers: choice(['refuse', 'accept']).default('refuse'),
  delivery: delivery.prefault({}),
  slnp: SlnpSettingsSchema.prefault({}),
  /** The Alma of the library, which is told what happens to loans and whose partners become peers. */
  alma: alma.optional(),
  log: object({ level: choice(['debug', 'info', 'warn', 'error', 'silent']).default('info') })
    .readonly()
    .prefault({}),
}).readonly();

export type Settings = z.output<typeof SettingsSchema>;
/** Settings as written down: what has a default may be absent. */
export type SettingsInput = z.input<typeof SettingsSchema>;
export type AlmaSettings = NonNullable<Settings['alma']>;
export type AlmaMailSettings = NonNullable<AlmaSettings['mail']>;
export type ApiSettings = Settings['api'];
export type DeliverySettings = Settings['delivery'];
export type ListenerSettings = Settings['listeners'][number];
export type LoginSettings = z.output<typeof login>;
export type LibrarySettings = Settings['libraries'][number];
export type MailSettings = Settings['mail'];
export type PatronSettings = NonNullable<Settings['patrons']>[number];
export type PeerSettings = Settings['peers'][number];
