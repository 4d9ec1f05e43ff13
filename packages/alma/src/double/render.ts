import { isObject } from '../record/generic.js';
import type { Kind } from '../record/kind.js';
import { element, formatXml, type XmlElement } from '../record/xml.js';
import type { Outcome } from './outcome.js';
import type { QuirkSwitches } from './quirks.js';

/** The notation of an answer. */
export type Notation = 'json' | 'xml';

const errorNamespace = 'http://com/exlibris/urm/general/xmlbeans';

/** Writes an outcome as a response. */
export function render(
  outcome: Outcome,
  notation: Notation,
  quirks: QuirkSwitches,
  more: { readonly trackingId: string; readonly institution: string; readonly base: string },
): Response {
  switch (outcome.kind) {
    case 'record': {
      if (notation === 'xml') return xml(200, outcome.of.toXml(outcome.name, outcome.value, ''));
      return json(200, withQuirks(outcome.of, outcome.of.toJson(outcome.value, ''), quirks));
    }
    case 'list': {
      const { of, rows, root, member, total } = outcome;
      if (notation === 'xml') {
        const members = rows.map((row) => of.toXml(member, row, ''));
        return xml(200, element(root, members, { total_record_count: String(total) }));
      }
      const members = rows.map((row) => withQuirks(of, of.toJson(row, ''), quirks));
      const list = quirks.singleObjects && members.length === 1 ? members[0] : members;
      return json(200, { ...(members.length > 0 && { [member]: list }), total_record_count: total });
    }
    case 'test':
      return xml(200, element('test', `${outcome.method} - OK - institutionCode: ${more.institution}`));
    case 'nothing':
      return new Response(null, { status: 204 });
    case 'elsewhere':
      return new Response(null, { status: 302, headers: { location: `${more.base}${outcome.path}` } });
    case 'error':
      return renderError(outcome, notation, quirks, more.trackingId);
    default:
      return outcome satisfies never;
  }
}

function renderError(
  outcome: Extract<Outcome, { readonly kind: 'error' }>,
  notation: Notation,
  quirks: QuirkSwitches,
  trackingId: string,
): Response {
  const { errorCode, message, status = 400, isTracked = true } = outcome;
  const error = { errorCode, errorMessage: message, ...(isTracked && { trackingId }) };
  if (notation === 'xml') {
    const fields = Object.entries(error).map(([name, value]) => element(name, value));
    const list = element('errorList', [element('error', fields)]);
    return xml(status, element('web_service_result', [element('errorsExist', 'true'), list]), errorNamespace);
  }
  const envelope = {
    errorsExist: true,
    errorList: { error: quirks.singleObjects ? error : [error] },
    result: null,
  };
  return json(status, quirks.wrappedErrors ? { web_service_result: envelope } : envelope);
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
  });
}

function xml(status: number, body: XmlElement, namespace?: string): Response {
  return new Response(formatXml(body, namespace), {
    status,
    headers: { 'content-type': 'application/xml;charset=UTF-8' },
  });
}

/** A body as Alma would write it, from one as the tables write it. */
function withQuirks(kind: Kind<unknown>, body: unknown, quirks: QuirkSwitches): unknown {
  if (!kind.fields || !isObject(body)) return body;
  const result: Record<string, unknown> = { ...body };
  for (const [name, { kind: inner, need }] of Object.entries(kind.fields)) {
    const value = result[name];
    if (value === undefined) {
      if (quirks.nullFields && inner.name === 'text' && need !== 'key') result[name] = null;
      else if (quirks.nullFields && inner.name === 'code') result[name] = { value: null, desc: null };
      continue;
    }
    if (quirks.missingFields && value === false) {
      delete result[name];
      continue;
    }
    if (!Array.isArray(value)) {
      result[name] = withQuirks(inner, value, quirks);
      continue;
    }
    const isType = name === 'phone_type' || name === 'email_type';
    const members = value.map((member: unknown) =>
      isType && quirks.camelCaseTypes && typeof member === 'string'
        ? member.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
        : withQuirks(inner.of ?? inner, member, quirks),
    );
    result[name] = quirks.singleObjects && members.length === 1 ? members[0] : members;
  }
  return result;
}
