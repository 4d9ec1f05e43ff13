import { createHash } from 'node:crypto';
import { fromHex } from '@interlend/wire/ber';
import { stringify } from 'yaml';
import { type CheckedYaml, checkYaml, mistakesError } from '../yaml-document.js';
import { type Exchange, ExchangeSchema, messageTurns } from './format.js';

/** The octets of a turn. */
export function turnBytes(turn: { readonly hex: string }): Uint8Array {
  return fromHex(turn.hex) ?? new Uint8Array();
}

/** SHA-256 of the octets of all messages of an exchange in their order, in hex. */
export function exchangeDigest(turns: readonly { readonly hex: string }[]): string {
  const hash = createHash('sha256');
  for (const turn of turns) hash.update(turnBytes(turn));
  return hash.digest('hex');
}

/**
 * Reads an exchange file and finds every mistake, also octets that do not have the digest that `provenance.sha256` says.
 *
 * @param source name of the file, for the mistakes
 */
export function checkExchange(text: string, source: string): CheckedYaml<Exchange> {
  const checked = checkYaml(ExchangeSchema, text, source);
  if (!checked.document) return checked;
  const { value: exchange, lineOf } = checked.document;
  const digest = exchangeDigest(messageTurns(exchange));
  if (digest === exchange.provenance.sha256) return checked;
  const mistake = {
    source,
    line: lineOf(['provenance', 'sha256']),
    key: 'provenance.sha256',
    expected: `${digest}, the digest of the octets of the turns`,
    got: exchange.provenance.sha256,
    remedy: 'octets are never edited; take the change back, or have the file written anew',
  };
  return { mistakes: [mistake] };
}

/** The exchange of a file. @throws ConfigError with file, line and key of every mistake */
export function parseExchange(text: string, source: string): Exchange {
  const { document, mistakes } = checkExchange(text, source);
  if (!document) throw mistakesError(mistakes);
  return document.value;
}

/** An exchange as the text of its file. */
export function formatExchange(exchange: Exchange): string {
  return stringify(exchange, { lineWidth: 120 });
}
