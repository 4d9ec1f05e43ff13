import { isObject } from '../record/generic.js';
import type { XmlElement } from '../record/xml.js';

/** An answer in either notation. */
export type Answer = { readonly json: unknown } | { readonly xml: XmlElement } | { readonly nothing: true };

/** Rows of a list and how many there are in all. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Some bodies stand in an object that names them. */
export function unwrap(json: unknown, name: string | undefined): unknown {
  if (name === undefined || !isObject(json)) return json;
  return Object.keys(json).length === 1 && isObject(json[name]) ? json[name] : json;
}

/** The members of a list and how many there are in all. */
export function membersOf(
  answer: Answer,
  member: string,
): { readonly members: readonly Answer[]; readonly total: number | undefined } {
  if ('xml' in answer) {
    const { xml } = answer;
    const members = xml.children.filter(({ name }) => name === member).map((child) => ({ xml: child }));
    return { members, total: toTotal(xml.attributes['total_record_count']) };
  }
  if (!('json' in answer)) return { members: [], total: 0 };
  const body = isObject(answer.json) ? answer.json : {};
  const list = body[member];
  const members: readonly unknown[] =
    list === null || list === undefined ? [] : Array.isArray(list) ? list : [list];
  return { members: members.map((json) => ({ json })), total: toTotal(body['total_record_count']) };
}

function toTotal(written: unknown): number | undefined {
  const total = Number(written);
  return written === undefined || written === null || !Number.isSafeInteger(total) ? undefined : total;
}
