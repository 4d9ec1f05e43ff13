import { EncodeError } from '@interlend/core';
import { isMailAddress } from '@interlend/mail';
import { addressLines, blankLines, lineColumns, mailAddressCharacters } from '../limits.js';
import { assertOrderFile } from './assert-order-file.js';
import {
  customerCodePattern,
  deliverMarker,
  keywordPattern,
  maySignalMark,
  type Order,
  type OrderAddress,
  type OrderFile,
  passwordPattern,
  requestNumberPattern,
  terminator,
  withheld,
} from './order-file.js';

function invalid(message: string, path: string): EncodeError {
  return new EncodeError('invalid-value', message, path);
}

/** @throws EncodeError for a line that would be cut, or read as something else */
function assertLine(line: string, path: string): void {
  if (!/^[\x20-\x7e]*$/.test(line))
    throw new EncodeError('unsayable-character', 'expected printable ASCII on one line', path);
  if (line.trim() === '' || line !== line.trim())
    throw invalid('expected a line that neither begins nor ends in a blank', path);
  if (line.length > lineColumns)
    throw new EncodeError(
      'too-long',
      `expected at most ${lineColumns} characters, found ${line.length}`,
      path,
    );
  if (line === terminator || line.startsWith(':'))
    throw invalid('expected a line that cannot be read as the end or as an address', path);
}

function addressOf(address: OrderAddress, path: string): readonly string[] {
  if ('mail' in address) {
    if (!isMailAddress(address.mail)) throw invalid('expected one mail address', `${path}.mail`);
    if (address.mail.length > mailAddressCharacters)
      throw new EncodeError(
        'too-long',
        `expected at most ${mailAddressCharacters} characters`,
        `${path}.mail`,
      );
    return [address.mail];
  }
  if (address.lines.length === 0)
    throw new EncodeError('missing', 'expected at least one line', `${path}.lines`);
  if (address.lines.length > addressLines)
    throw new EncodeError('too-long', `expected at most ${addressLines} lines`, `${path}.lines`);
  for (const [index, line] of address.lines.entries()) {
    const at = `${path}.lines.${index}`;
    assertLine(line, at);
    if (line.includes('@')) throw invalid('expected a postal address without @', at);
    // Behind the empty lines and the marker it would begin an order.
    if (line.startsWith('TX')) throw invalid('expected a line that cannot be read as an order', at);
  }
  return address.lines;
}

function orderLines(order: Order, path: string): readonly string[] {
  const { requestNumber, keywords, lines, deliverTo, hasCopyrightMark } = order;
  if (!requestNumberPattern.test(requestNumber))
    throw invalid('expected letters, digits, hyphens, slashes and full stops', `${path}.requestNumber`);
  if (/^RZ./.test(requestNumber) && !hasCopyrightMark && maySignalMark(keywords))
    throw invalid(
      'expected a number that does not begin with RZ, which is read as a mark here',
      `${path}.requestNumber`,
    );
  if (hasCopyrightMark && !maySignalMark(keywords))
    throw invalid('expected RZ with COPYRT or CANCEL only', `${path}.hasCopyrightMark`);
  for (const [index, keyword] of keywords.entries()) {
    if (!keywordPattern.test(keyword))
      throw invalid('expected capitals, digits and asterisks', `${path}.keywords.${index}`);
  }
  if (lines.length === 0 && !keywords.includes('CANCEL'))
    throw new EncodeError('missing', 'expected what is asked for', `${path}.lines`);
  for (const [index, line] of lines.entries()) assertLine(line, `${path}.lines.${index}`);
  const head = `TX${hasCopyrightMark ? 'RZ' : ''}${[requestNumber, ...keywords].join(' ')}`;
  const address =
    deliverTo === undefined ? [] : [...blanks, deliverMarker, ...addressOf(deliverTo, `${path}.deliverTo`)];
  return [head, ...lines, ...address, ...blanks];
}

const blanks: readonly string[] = Array.from({ length: blankLines }, () => '');

/**
 * The text of an order file; lines end in `\n`. Without a password there stands what shows that it is withheld.
 *
 * @throws EncodeError for what the format cannot say
 */
export function formatOrderFile(file: OrderFile): string {
  assertOrderFile(file);
  const { account, orders } = file;
  if (!customerCodePattern.test(account.customerCode))
    throw invalid('expected two digits, a hyphen and four digits', 'account.customerCode');
  if (account.password !== undefined && !passwordPattern.test(account.password))
    throw invalid('expected 1 to 20 letters and digits', 'account.password');
  if (file.deliverTo !== undefined)
    throw new EncodeError(
      'unknown-element',
      'how an address for a whole file is marked is not published: give each order its own',
      'deliverTo',
    );
  if (orders.length === 0) throw new EncodeError('missing', 'expected at least one order', 'orders');
  const seen = new Set<string>();
  for (const [index, { requestNumber }] of orders.entries()) {
    if (seen.has(requestNumber))
      throw invalid('expected a number of its own', `orders.${index}.requestNumber`);
    seen.add(requestNumber);
  }
  return [
    account.customerCode,
    account.password ?? withheld,
    ...blanks,
    ...orders.flatMap((order, index) => orderLines(order, `orders.${index}`)),
    terminator,
    '',
  ].join('\n');
}

/** The octets of an order file, with lines that end in CRLF. @throws EncodeError */
export function encodeOrderFile(file: OrderFile): Uint8Array {
  return new TextEncoder().encode(formatOrderFile(file).replaceAll('\n', '\r\n'));
}
