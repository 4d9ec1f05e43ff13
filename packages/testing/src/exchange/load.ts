import { createHash } from 'node:crypto';
import { ConfigError } from '@interlend/core';
import { fromHex } from '@interlend/wire/ber';
import { stringify } from 'yaml';
import { readYaml, type YamlDocument } from '../yaml-document.js';
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
 * Reads an exchange file.
 *
 * @param source name of the file, for errors
 * @throws ConfigError with file, line and key of the first mistake, also when the octets do not have the digest that
 * `provenance.sha256` says
 */
export function readExchange(text: string, source: string): YamlDocument<Exchange> {
  const document = readYaml(ExchangeSchema, text, source, 'the exchange format, version 1');
  const { value: exchange, lineOf } = document;
  const digest = exchangeDigest(messageTurns(exchange));
  if (digest !== exchange.provenance.sha256) {
    throw new ConfigError(
      `${source}:${lineOf(['provenance', 'sha256'])}: provenance.sha256 does not fit the octets of the turns: they are never edited; found ${digest}`,
      { key: 'provenance.sha256', accepted: digest },
    );
  }
  return document;
}

/** The exchange of a file. @throws ConfigError as {@link readExchange} */
export function parseExchange(text: string, source: string): Exchange {
  return readExchange(text, source).value;
}

/** An exchange as the text of its file. */
export function formatExchange(exchange: Exchange): string {
  return stringify(exchange, { lineWidth: 120 });
}
