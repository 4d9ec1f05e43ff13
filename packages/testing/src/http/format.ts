import { createHash } from 'node:crypto';
import { ConfigError } from '@interlend/core';
import { stringify } from 'yaml';
import { z } from 'zod';
import { MatchRule, Provenance } from '../exchange/format.js';
import { readYaml } from '../yaml-document.js';

const word = z.string().min(1);

/** Header fields by their names in lower case. */
const Headers = z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/), z.string());

const HttpRequest = z.strictObject({
  method: z.string().regex(/^[A-Z]+$/),
  /** Path and query. */
  target: z.string().startsWith('/'),
  headers: Headers.default({}),
  /** As text in UTF-8; absent where there is none. */
  body: z.string().optional(),
});

const HttpResponse = z.strictObject({
  status: z.int().min(200).max(599),
  headers: Headers.default({}),
  body: z.string().optional(),
});

const HttpCall = z.strictObject({ request: HttpRequest, response: HttpResponse, note: word.optional() });

/**
 * The form of a recorded HTTP conversation, version 1. There are no octets in it: how a body was cut into chunks or
 * compressed says nothing of what was meant.
 */
export const HttpExchangeSchema = z
  .strictObject({
    format: z.literal(1),
    /** The path below `http-exchanges` without its ending. */
    id: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)+$/),
    title: word,
    protocol: z.enum(['alma']),
    transport: z.literal('http'),
    /** The recorded server. The client is what is under test. */
    peer: z.strictObject({ software: word, version: word.optional() }),
    provenance: Provenance,
    /** Values of the client's bodies that differ from run to run. */
    match: z.array(MatchRule).default([]),
    /** In the order in which they were begun. */
    calls: z.array(HttpCall).min(1),
  })
  .meta({ title: 'Interlend HTTP exchange', description: 'A recorded conversation over HTTP' });

/** A recorded conversation over HTTP. */
export type HttpExchange = z.output<typeof HttpExchangeSchema>;
/** A request and its response. */
export type HttpCall = z.output<typeof HttpCall>;

/** SHA-256 of the bodies and targets of all calls in their order, in hex. */
export function httpDigest(calls: readonly HttpCall[]): string {
  const hash = createHash('sha256');
  for (const { request, response } of calls) {
    const parts = [
      request.method,
      request.target,
      request.body ?? '',
      String(response.status),
      response.body ?? '',
    ];
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  }
  return hash.digest('hex');
}

/**
 * Reads the file of an HTTP exchange.
 *
 * @param source name of the file, for errors
 * @throws ConfigError with file, line and key of the first mistake, also when the calls do not have the digest that
 * `provenance.sha256` says
 */
export function parseHttpExchange(text: string, source: string): HttpExchange {
  const { value, lineOf } = readYaml(HttpExchangeSchema, text, source, 'the HTTP exchange format, version 1');
  const digest = httpDigest(value.calls);
  if (digest !== value.provenance.sha256) {
    throw new ConfigError(
      `${source}:${lineOf(['provenance', 'sha256'])}: provenance.sha256 does not fit the calls: they are never edited; found ${digest}`,
      { key: 'provenance.sha256', accepted: digest },
    );
  }
  return value;
}

/** An HTTP exchange as the text of its file. */
export function formatHttpExchange(exchange: HttpExchange): string {
  return stringify(exchange, { lineWidth: 120 });
}

/** The form of a file as JSON Schema, for editors. */
export function httpExchangeJsonSchema(): object {
  return z.toJSONSchema(HttpExchangeSchema, { io: 'input' });
}
