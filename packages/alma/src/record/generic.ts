import { element, type XmlElement } from './xml.js';

/**
 * XML that no table describes, as JSON: text where there is only text, `{value, <attribute>…}` where text has attributes,
 * else an object of children in which repeated ones are a list and attributes stand under `@name`.
 */
export function genericFromXml({ attributes, children, text }: XmlElement): unknown {
  const names = Object.keys(attributes);
  if (children.length === 0) return names.length === 0 ? text : { value: text, ...attributes };
  const result: Record<string, unknown> = {};
  for (const name of names) result[`@${name}`] = attributes[name];
  for (const child of children) {
    const value = genericFromXml(child);
    const before = result[child.name];
    if (!Object.hasOwn(result, child.name)) result[child.name] = value;
    else result[child.name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return result;
}

/** The way back. A list becomes repeated elements. */
export function genericToXml(name: string, value: unknown): readonly XmlElement[] {
  if (Array.isArray(value)) return value.flatMap((member) => genericToXml(name, member));
  if (!isObject(value)) return [element(name, value === null || value === undefined ? '' : String(value))];
  const entries = Object.entries(value);
  const isText =
    Object.hasOwn(value, 'value') && entries.every(([, part]) => !isObject(part) && !Array.isArray(part));
  const attributes: Record<string, string> = {};
  const children: XmlElement[] = [];
  for (const [key, part] of entries) {
    if (isText && key === 'value') continue;
    if (isText || key.startsWith('@')) {
      if (part !== null && part !== undefined) attributes[key.replace(/^@/, '')] = String(part);
    } else children.push(...genericToXml(key, part));
  }
  const { value: content } = value;
  return [
    isText
      ? element(name, content === null || content === undefined ? '' : String(content), attributes)
      : element(name, children, attributes),
  ];
}

/** An object that is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
