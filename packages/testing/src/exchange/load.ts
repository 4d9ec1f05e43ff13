import { createHash } from 'node:crypto';
import { ConfigError } from '@interlend/core';
import { fromHex } from '@interlend/wire/ber';
import { type Document, isNode, LineCounter, parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
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
export function parseExchange(text: string, source: string): Exchange {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new ConfigError(
      `${source}:${line}: ${broken.message}`,
      { key: '', accepted: 'YAML' },
      { cause: broken },
    );
  }
  const result = ExchangeSchema.safeParse(document.toJS());
  if (!result.success) throw explain(result.error, document, lines, source);
  const exchange = result.data;
  const digest = exchangeDigest(messageTurns(exchange));
  if (digest !== exchange.provenance.sha256) {
    const line = lineOf(document, lines, ['provenance', 'sha256']);
    throw new ConfigError(
      `${source}:${line}: provenance.sha256 does not fit the octets of the turns: they are never edited; found ${digest}`,
      { key: 'provenance.sha256', accepted: digest },
    );
  }
  return exchange;
}

function explain(error: z.ZodError, document: Document, lines: LineCounter, source: string): ConfigError {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const key = path.map(String).join('.');
  const line = lineOf(document, lines, path);
  return new ConfigError(
    `${source}:${line}: ${key || 'file'}: ${issue?.message ?? 'not an exchange'}`,
    { key, accepted: 'the exchange format, version 1' },
    { cause: error },
  );
}

/** The line of the innermost element on `path` that the file has. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** An exchange as the text of its file. */
export function formatExchange(exchange: Exchange): string {
  return stringify(exchange, { lineWidth: 120 });
}
