import { isFilled } from '../redaction.js';
import type { HttpCall } from './format.js';
import { type KeepsName, redactBody, type TextRules } from './redact-body.js';

/** What of an interface over HTTP may be kept. Everything else is replaced by as many characters. */
export interface HttpRedactionRules {
  /** Header fields whose value may be kept, in lower case. */
  readonly headers: ReadonlySet<string>;
  /** Members of bodies that may be kept. */
  keeps: KeepsName;
  /** Query parameters whose value may be kept. */
  keepsParameter(name: string): boolean;
  /** For each segment of a path whether it may be kept. */
  keepsSegments(method: string, path: readonly string[]): readonly boolean[];
}

/** Calls of which nothing personal and nothing secret is left. */
export interface RedactedCalls {
  readonly calls: readonly HttpCall[];
  /** Where something was replaced, each place once. */
  readonly redactions: readonly string[];
}

const filler = 'x';
/** Header fields whose value may stand elsewhere and must not. */
const credentials: ReadonlySet<string> = new Set([
  ...['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key'],
]);
/** Texts as short as this are replaced in their own place only: elsewhere they are words of everybody. */
const longestCommonText = 3;

/**
 * Replaces whatever no rule lists, and what was found there wherever else it stands. Bodies of JSON in which something was
 * replaced are written anew, without blanks between.
 */
export function redactCalls(calls: readonly HttpCall[], rules: HttpRedactionRules): RedactedCalls {
  const found = new Set<string>();
  for (const call of calls) {
    redactCall(call, rules, {
      hide: (text) => {
        if (text.length > longestCommonText && !isFilled(text)) found.add(text);
        return text;
      },
      keep: (text) => text,
      mask: (text) => text,
    });
  }
  const longestFirst = [...found].sort((one, other) => other.length - one.length);
  const redactions = new Set<string>();
  const note = (before: string, after: string, path: string): string => {
    if (after !== before) redactions.add(path.replaceAll(/\.\d+(?=\.|$)/g, '.*'));
    return after;
  };
  const redacted = calls.map((call) =>
    redactCall(call, rules, {
      hide: (text, path) => note(text, fill(text), path),
      mask: (text, path) => note(text, fill(text), path),
      keep: (text, path) =>
        note(
          text,
          longestFirst.reduce((kept, each) => kept.replaceAll(each, fill(each)), text),
          path,
        ),
    }),
  );
  return { calls: redacted, redactions: [...redactions].sort() };
}

/** Blanks stay, so that one can see where a text had words. */
function fill(text: string): string {
  return text.replaceAll(/\S/g, filler);
}

interface CallRules extends TextRules {
  /** A text that must not be kept, and may stand elsewhere. */
  mask(text: string, path: string): string;
}

function redactCall(
  { request, response, ...more }: HttpCall,
  rules: HttpRedactionRules,
  texts: CallRules,
): HttpCall {
  const { method } = request;
  const headersOf = (headers: HttpCall['request']['headers'], path: string) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        const where = `${path}.headers.${name}`;
        if (name === 'location') return [name, redactTarget(value, 'GET', rules, texts, where)];
        if (rules.headers.has(name)) return [name, texts.keep(value, where)];
        // What a client calls itself is a word of everybody; a key is not.
        if (!credentials.has(name)) return [name, texts.mask(value, where)];
        return [name, value.replaceAll(/[^\s;,=]+/g, (part) => texts.hide(part, where))];
      }),
    );
  const bodyOf = (body: string | undefined, path: string) =>
    body === undefined ? {} : { body: redactBody(body, rules.keeps, within(texts, `${path}.body.`)) };
  return {
    request: {
      method,
      target: redactTarget(request.target, method, rules, texts, 'request.target'),
      headers: headersOf(request.headers, 'request'),
      ...bodyOf(request.body, 'request'),
    },
    response: {
      status: response.status,
      headers: headersOf(response.headers, 'response'),
      ...bodyOf(response.body, 'response'),
    },
    ...more,
  };
}

function within(texts: TextRules, prefix: string): TextRules {
  return {
    hide: (text, path) => texts.hide(text, prefix + path),
    keep: (text, path) => texts.keep(text, prefix + path),
  };
}

const base = 'http://server.invalid';

/** A path with its query; of a whole URL the server is left out. */
function redactTarget(
  target: string,
  method: string,
  rules: HttpRedactionRules,
  texts: TextRules,
  where: string,
): string {
  if (!URL.canParse(target, base)) return `/${encodeURIComponent(texts.hide(target, where))}`;
  const { pathname, searchParams } = new URL(target, base);
  const segments = pathname.split('/').slice(1).map(decode);
  const keeps = rules.keepsSegments(method, segments);
  const path = segments.map((segment, index) =>
    encodeURIComponent(
      keeps[index] === true ? texts.keep(segment, `${where}.path`) : texts.hide(segment, `${where}.path`),
    ),
  );
  const query = [...searchParams].map(([name, value]) => {
    const at = `${where}.${name}`;
    const put = rules.keepsParameter(name) ? texts.keep(value, at) : texts.hide(value, at);
    return `${encodeURIComponent(name)}=${encodeURIComponent(put)}`;
  });
  return `/${path.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
