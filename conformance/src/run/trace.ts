import { type Difference, redactMessage } from '@interlend/testing';
import type { ProtocolUnderTest } from './protocols.js';
import type { WireEntry } from './wire-trace.js';

type Rules = Pick<ProtocolUnderTest, 'protocol' | 'secrets' | 'secretFields'>;

const filler = 'x';

/**
 * What goes over the wire of one conversation, kept for reports. What is secret is replaced by as many octets before it is
 * kept, so that no report has to think of it.
 */
export class Trace {
  readonly #rules: Rules;
  readonly #entries: WireEntry[] = [];

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  get entries(): readonly WireEntry[] {
    return this.#entries;
  }

  /** @param turn which turn it belongs to, counted from 1; absent where nobody expected it */
  add(direction: WireEntry['direction'], bytes: Uint8Array, turn?: number): void {
    this.#entries.push({
      direction,
      ...(turn === undefined ? {} : { turn }),
      bytes: withoutSecrets(bytes, this.#rules),
    });
  }
}

/** Octets, as many, of which nothing secret is left. */
export function withoutSecrets(bytes: Uint8Array, rules: Rules): Uint8Array {
  const { protocol, secretFields } = rules;
  const open = withoutTexts(bytes, rules.secrets ?? []);
  if (!secretFields) return open;
  let fields: ReturnType<typeof secretFields>;
  try {
    fields = secretFields(protocol.decode(open).message);
  } catch {
    // What cannot be read has no fields; the texts that are known are gone.
    return open;
  }
  if (fields.length === 0) return open;
  const redacted = redactMessage(open, {
    decode: (octets) => protocol.decode(octets).message,
    personalFields: secretFields,
  });
  return redacted?.bytes ?? new Uint8Array(bytes.length).fill(filler.charCodeAt(0));
}

/** A text of which no secret that is known is left. */
export function hideSecrets(text: string, { secrets = [] }: Pick<Rules, 'secrets'>): string {
  return longestFirst(secrets).reduce(
    (shown, secret) => shown.replaceAll(secret, filler.repeat(secret.length)),
    text,
  );
}

/** Differences, of which those in secret fields do not say what stands there. */
export function withoutSecretValues(
  found: readonly Difference[],
  message: unknown,
  { secretFields }: Rules,
): readonly Difference[] {
  const secret = secretFields?.(message).map(({ path }) => path) ?? [];
  return found.map((difference) =>
    secret.some((path) => difference.path.startsWith(path))
      ? { path: difference.path, expected: 'a secret text', got: 'something else' }
      : difference,
  );
}

function withoutTexts(bytes: Uint8Array, secrets: readonly string[]): Uint8Array {
  const changed = Buffer.from(bytes);
  for (const secret of longestFirst(secrets)) {
    const octets = Buffer.from(secret);
    for (let at = changed.indexOf(octets); at >= 0; at = changed.indexOf(octets, at + octets.length)) {
      changed.fill(filler, at, at + octets.length);
    }
  }
  return new Uint8Array(changed);
}

const longestFirst = (secrets: readonly string[]): readonly string[] =>
  secrets.filter((secret) => secret !== '').sort((one, other) => other.length - one.length);
