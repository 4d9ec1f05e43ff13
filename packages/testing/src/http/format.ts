import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { z } from 'zod';
import { MatchRule, Provenance } from '../exchange/format.js';
import { type CheckedYaml, checkYaml, mistakesError } from '../yaml-document.js';

const word = z.string().min(1);

const Headers = z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/, 'a name in lower case'), z.string());
const headers = Headers.default({}).describe('Header fields, by their names in lower case');
const body = z.string().describe('As text, unpacked; absent where there is none').optional();

const HttpRequest = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Z]+$/, 'a method in capitals')
    .describe('For instance GET'),
  target: z.string().startsWith('/').describe('Path and query'),
  headers,
  body,
});

const HttpResponse = z.strictObject({
  status: z.int().min(200).max(599).describe('Its code, for instance 200'),
  headers,
  body,
});

const HttpCall = z.strictObject({
  request: HttpRequest.describe('What the client asked'),
  response: HttpResponse.describe('What the server answered'),
  note: word.describe('For people').optional(),
});

/**
 * The form of a recorded HTTP conversation, version 1. There are no octets in it: how a body was cut into chunks or
 * compressed says nothing of what was meant.
 */
export const HttpExchangeSchema = z
  .strictObject({
    format: z.literal(1).describe('Version of the file format'),
    id: z
      .string()
      .regex(
        /^[a-z0-9-]+(\/[a-z0-9-]+)+$/,
        'words of small letters, digits and hyphens, separated by slashes',
      )
      .describe('The path below `http-exchanges` without its ending'),
    title: word.describe('One sentence'),
    protocol: z.enum(['alma']).describe('The interface'),
    transport: z.literal('http').describe('How it travels'),
    peer: z
      .strictObject({ software: word.describe('Its name'), version: word.describe('Its version').optional() })
      .describe('The recorded server. The client is what is under test'),
    provenance: Provenance.describe('Where the calls come from'),
    match: z
      .array(MatchRule)
      .default([])
      .describe('Rules for values of the client’s requests that differ from run to run'),
    calls: z.array(HttpCall).min(1).describe('In the order in which they were begun'),
  })
  .meta({
    $id: 'urn:interlend:http-exchange:1',
    title: 'Interlend HTTP exchange',
    description: 'A recorded conversation over HTTP',
  });

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
 * Reads the file of an HTTP exchange and finds every mistake, also calls that do not have the digest that
 * `provenance.sha256` says.
 *
 * @param source name of the file, for the mistakes
 */
export function checkHttpExchange(text: string, source: string): CheckedYaml<HttpExchange> {
  const checked = checkYaml(HttpExchangeSchema, text, source);
  if (!checked.document) return checked;
  const { value, lineOf } = checked.document;
  const digest = httpDigest(value.calls);
  if (digest === value.provenance.sha256) return checked;
  const mistake = {
    source,
    line: lineOf(['provenance', 'sha256']),
    key: 'provenance.sha256',
    expected: `${digest}, the digest of the calls`,
    got: value.provenance.sha256,
    remedy: 'calls are never edited; take the change back, or have the file written anew',
  };
  return { mistakes: [mistake] };
}

/** The HTTP exchange of a file. @throws ConfigError with file, line and key of every mistake */
export function parseHttpExchange(text: string, source: string): HttpExchange {
  const { document, mistakes } = checkHttpExchange(text, source);
  if (!document) throw mistakesError(mistakes);
  return document.value;
}

/** An HTTP exchange as the text of its file. */
export function formatHttpExchange(exchange: HttpExchange): string {
  return stringify(exchange, { lineWidth: 120 });
}

/** The form of a file as JSON Schema, for editors. */
export function httpExchangeJsonSchema(): object {
  return z.toJSONSchema(HttpExchangeSchema, { io: 'input' });
}
