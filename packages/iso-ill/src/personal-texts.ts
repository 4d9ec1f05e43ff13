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
export function personalTexts(apdu: IllApdu): readonly string[] {
  const texts: string[] = [];
  for (const extension of apdu.extensions ?? []) collectFromExtension(extension, texts);
  if (apdu.apdu === 'ILL-Request' || apdu.apdu === 'Shipped') collectFromClient(apdu.clientId, texts);
  if (apdu.apdu === 'ILL-Request') {
    collectFromAddress(apdu.deliveryAddress?.postalAddress, texts);
    collectFromAddress(apdu.billingAddress?.postalAddress, texts);
  }
  return texts;
}

function collectFromClient(client: ClientId | undefined, into: string[]): void {
  const values: readonly (IllString | undefined)[] = [
    client?.clientName,
    client?.clientStatus,
    client?.clientIdentifier,
  ];
  for (const value of values) if (value !== undefined) into.push(illText(value));
}

/** An address with the name of a person is that person's; the address of an institution is public. */
function collectFromAddress(address: PostalAddress | undefined, into: string[]): void {
  const name = address?.nameOfPersonOrInstitution;
  if (address && name && 'nameOfPerson' in name) collectStrings(address, into);
}

function collectFromExtension(extension: Extension, into: string[]): void {
  const external = 'external' in extension.item ? extension.item.external : undefined;
  if (!external) return;
  const { content } = external;
  if ('supplementalClientInfo' in content) collectStrings(content.supplementalClientInfo, into);
  if (external.directReference === promptAuthentication && 'singleAsn1Type' in content) {
    const bytes = fromHex(content.singleAsn1Type);
    if (bytes) collectOctets(new Reader(bytes), into);
  }
}

/** Every text inside a decoded value, except the words of its enumerations. */
function collectStrings(value: unknown, into: string[], key = ''): void {
  if (typeof value === 'string') {
    if (key !== 'standard' && key !== 'statusCode') into.push(value);
  } else if (Array.isArray(value)) {
    for (const member of value) collectStrings(member, into, key);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) collectStrings(member, into, name);
  }
}

/** The contents of every primitive value in an encoding whose type is not known here. */
function collectOctets(reader: Reader, into: string[]): void {
  while (reader.hasMore(reader.end)) {
    reader.readHeader();
    const { length } = reader;
    if (reader.isConstructed) {
      const outer = reader.enter(length);
      collectOctets(reader, into);
      reader.finish(length, outer);
    } else {
      const text = utf8(reader.bytes, reader.position, reader.position + length);
      if (text !== undefined) into.push(text);
      reader.position += length;
    }
  }
}
