/** Names and values of a command, block or record in their order on the wire. All values are text. */
export type SlnpFields = Readonly<Record<string, string>>;

/** `SLNPBegin` … `SLNPEnd` inside a command. No command known for interlibrary loan has one. */
export interface SlnpBlock {
  readonly parameters: SlnpFields;
  readonly blocks?: readonly SlnpBlock[];
}

/** What a client says. Which parameters a command knows stand in its table; others are kept. */
export interface SlnpCommand {
  readonly kind: 'command';
  /** For instance `SLNPFLBestellung`. */
  readonly command: string;
  readonly parameters: SlnpFields;
  readonly blocks?: readonly SlnpBlock[];
}

/** One of several records of a reply. */
export interface SlnpRecord {
  readonly fields: SlnpFields;
  readonly records?: readonly SlnpRecord[];
}

/** What a server answers: one reply per command, in order. */
export interface SlnpReply {
  readonly kind: 'reply';
  /** Code of the last line: 2xx is success, 5xx failure. */
  readonly code: number;
  /** Text of the last line. */
  readonly text: string;
  /** The command that a data reply repeats after 600. */
  readonly command?: string;
  /** Fields of a single record, 601. */
  readonly fields: SlnpFields;
  /** Records, 602 and 603 or 603 to 605. */
  readonly records?: readonly SlnpRecord[];
  /** Lines with other codes, verbatim. */
  readonly unknown?: readonly string[];
}

/** The line with which some servers begin, 220. */
export interface SlnpGreeting {
  readonly kind: 'greeting';
  readonly text: string;
}

/** Anything that SLNP carries. */
export type SlnpMessage = SlnpCommand | SlnpReply | SlnpGreeting;

/** Whether a reply says that the command was done. */
export function isSuccess({ code }: SlnpReply): boolean {
  return code >= 200 && code < 300;
}

/** The symbol and the words of an error text such as `PFLNummerNichtVorhanden: PFL-Nummer nicht vorhanden`; either may be missing. */
export function parseErrorText(text: string): { readonly symbol?: string; readonly words: string } {
  const parts = /^([A-Za-z][A-Za-z0-9_]*): ?(.*)$/s.exec(text);
  return parts?.[1] === undefined ? { words: text } : { symbol: parts[1], words: parts[2] ?? '' };
}

/** What a SISIS greeting says of its server: `SLNP name@Version:…@pid:…@charset:…@ssl:…`, any of it absent. */
export function greetingAttributes({ text }: SlnpGreeting): Readonly<Record<string, string>> {
  const [, ...parts] = text.split('@');
  return Object.fromEntries(
    parts.flatMap((part) => {
      const colon = part.indexOf(':');
      return colon < 0 ? [] : [[part.slice(0, colon).toLowerCase(), part.slice(colon + 1).trim()]];
    }),
  );
}
