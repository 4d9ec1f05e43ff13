import type { PersonalField } from '@interlend/core';
import { fromHex, Reader, utf8 } from '@interlend/wire/ber';
import type { IllApdu } from './messages/apdus.js';
import type { ClientId, Extension, PostalAddress } from './messages/index.js';
import { type IllString, illText } from './messages/strings.js';

/** Object identifier of the Z39.50 prompt object, with which clients send a user and a password. */
const promptAuthentication = '1.2.840.10003.8.1';

/**
 * Texts of an APDU that identify a reader or are secret: Client-Id, Supplemental-Client-Info, the names of persons in
 * addresses, authentication objects. For redaction and for logs; the APDU itself is left as it is.
 */
export function personalFields(apdu: IllApdu): readonly PersonalField[] {
  const fields: PersonalField[] = [];
  for (const [index, extension] of (apdu.extensions ?? []).entries()) {
    collectFromExtension(extension, fields, `extensions.${index}`);
  }
  if (apdu.apdu === 'ILL-Request' || apdu.apdu === 'Shipped') collectFromClient(apdu.clientId, fields);
  if (apdu.apdu === 'ILL-Request') {
    for (const name of ['deliveryAddress', 'billingAddress'] as const) {
      collectFromAddress(apdu[name]?.postalAddress, fields, `${name}.postalAddress`);
    }
  }
  return fields;
}

function collectFromClient(client: ClientId | undefined, into: PersonalField[]): void {
  for (const name of ['clientName', 'clientStatus', 'clientIdentifier'] as const) {
    const value: IllString | undefined = client?.[name];
    if (value !== undefined) into.push({ path: `clientId.${name}`, text: illText(value) });
  }
}

/** An address with the name of a person is that person's; the address of an institution is public. */
function collectFromAddress(address: PostalAddress | undefined, into: PersonalField[], path: string): void {
  const name = address?.nameOfPersonOrInstitution;
  if (address && name && 'nameOfPerson' in name) collectStrings(address, into, path);
}

function collectFromExtension(extension: Extension, into: PersonalField[], path: string): void {
  const external = 'external' in extension.item ? extension.item.external : undefined;
  if (!external) return;
  const { content } = external;
  const inside = `${path}.item.external.content`;
  if ('supplementalClientInfo' in content) {
    collectStrings(content.supplementalClientInfo, into, `${inside}.supplementalClientInfo`);
  }
  if (external.directReference === promptAuthentication && 'singleAsn1Type' in content) {
    const bytes = fromHex(content.singleAsn1Type);
    if (bytes) collectOctets(new Reader(bytes), into, `${inside}.singleAsn1Type`);
  }
}

/** Every text inside a decoded value, except the words of its enumerations. */
function collectStrings(value: unknown, into: PersonalField[], path: string): void {
  if (typeof value === 'string') {
    if (!/\.(standard|statusCode)(\.\d+)*$/.test(path)) into.push({ path, text: value });
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) collectStrings(member, into, `${path}.${name}`);
  }
}

/** The contents of every primitive value in an encoding whose type is not known here. */
function collectOctets(reader: Reader, into: PersonalField[], path: string): void {
  while (reader.hasMore(reader.end)) {
    reader.readHeader();
    const { length } = reader;
    if (reader.isConstructed) {
      const outer = reader.enter(length);
      collectOctets(reader, into, path);
      reader.finish(length, outer);
    } else {
      const text = utf8(reader.bytes, reader.position, reader.position + length);
      if (text !== undefined) into.push({ path, text });
      reader.position += length;
    }
  }
}
