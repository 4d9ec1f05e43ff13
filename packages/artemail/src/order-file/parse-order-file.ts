import { DecodeError, type Deviation } from '@interlend/core';
import { isMailAddress } from '@interlend/mail';
import { addressLines, blankLines, lineColumns, mailAddressCharacters } from '../limits.js';
import { keywordRow } from '../tables/keywords.js';
import {
  type Account,
  customerCodePattern,
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

/** A line of a file and where it begins. */
interface Line {
  readonly text: string;
  readonly offset: number;
}

/** Why an order file was refused, beyond the code of a `DecodeError`: the rule that was broken. */
export type OrderFileRule =
  | 'account-missing'
  | 'customer-code'
  | 'no-order'
  | 'no-end'
  | 'request-number'
  | 'duplicate-request-number'
  | 'no-citation'
  | 'address'
  | 'not-ascii';

/** @throws DecodeError whose cause is the rule */
export function refuseFile(
  rule: OrderFileRule,
  code: DecodeError['code'],
  message: string,
  offset: number,
  path = '',
): never {
  throw new DecodeError(code, message, { offset, path }, { cause: rule });
}

class Reading {
  readonly lines: readonly Line[];
  readonly deviations: Deviation[] = [];
  at = 0;

  constructor(text: string) {
    let offset = 0;
    this.lines = text.split('\n').map((whole) => {
      const line = { text: whole.replace(/\r$/, '').trimEnd(), offset };
      offset += whole.length + 1;
      return line;
    });
  }

  get line(): Line | undefined {
    return this.lines[this.at];
  }

  get end(): number {
    return this.lines.at(-1)?.offset ?? 0;
  }

  deviate(code: string, path: string, message: string, offset = this.line?.offset ?? this.end): void {
    this.deviations.push({ code, path, message, offset });
  }

  /** Skips empty lines; the next part follows them. */
  blanks(path: string): void {
    let count = 0;
    const offset = this.line?.offset ?? this.end;
    for (; this.line !== undefined && this.line.text === ''; this.at++) count++;
    if (this.line !== undefined && count !== blankLines)
      this.deviate('W-BLANKS', path, `expected ${blankLines} empty lines, found ${count}`, offset);
  }

  /** Lines up to the next empty one, or up to the end. */
  block(path: string): readonly string[] {
    const taken: string[] = [];
    for (; this.line !== undefined && this.line.text !== '' && this.line.text !== terminator; this.at++) {
      if (taken.length > 0 && isMarker(this.line.text)) break;
      const text = this.line.text.trimStart();
      if (text !== this.line.text)
        this.deviate('W-LEADING-BLANK', `${path}.${taken.length}`, 'expected no blank before the text');
      if (text.includes('\t'))
        this.deviate('W-TAB', `${path}.${taken.length}`, 'expected blanks, found a tab');
      taken.push(text.replaceAll('\t', ' '));
    }
    return taken;
  }
}

const isMarker = (text: string): boolean => text.startsWith(':DELIVER');

/**
 * Reads an order file by its markers, not by counting: `TX` after an empty line begins an order, `:DELIVER` an address,
 * `NNNN` alone ends the file. Fewer or more empty lines, texts beyond 40 columns, unknown keywords and what follows the
 * end are listed.
 *
 * @throws DecodeError whose `cause` is an {@link OrderFileRule}
 */
export function parseOrderFile(text: string): {
  readonly file: OrderFile;
  readonly deviations: readonly Deviation[];
} {
  const odd = /[^\t\r\n\x20-\x7e]/.exec(text);
  if (odd) refuseFile('not-ascii', 'malformed', 'expected printable ASCII', odd.index);
  const reading = new Reading(text);
  for (; reading.line?.text === '' && reading.at < reading.lines.length - 1; reading.at++)
    reading.deviate('W-BLANKS', 'account', 'expected the customer code on the first line');
  const account = readAccount(reading);
  reading.blanks('account');
  const deliverTo = readFileAddress(reading);
  const orders: Order[] = [];
  while (reading.line !== undefined && reading.line.text !== terminator) {
    orders.push(readOrder(reading, orders));
    if (reading.line === undefined) break;
  }
  if (reading.line === undefined)
    refuseFile('no-end', 'incomplete', `expected ${terminator} on a line of its own`, reading.end);
  if (orders.length === 0)
    refuseFile('no-order', 'badly-structured', 'expected at least one order', reading.line.offset, 'orders');
  reading.at++;
  if (reading.lines.slice(reading.at).some((line) => line.text !== ''))
    reading.deviate('W-TRAILER', '', `text after ${terminator} is not read`);
  return {
    file: { account, ...(deliverTo === undefined ? {} : { deliverTo }), orders },
    deviations: reading.deviations,
  };
}

function readAccount(reading: Reading): Account {
  const first = reading.line;
  if (first === undefined || first.text === '' || first.text.startsWith('TX'))
    return refuseFile(
      'account-missing',
      'not-a-message',
      'expected a customer code',
      first?.offset ?? 0,
      'account',
    );
  if (!customerCodePattern.test(first.text))
    return refuseFile(
      'customer-code',
      'not-a-message',
      'expected two digits, a hyphen and four digits',
      first.offset,
      'account.customerCode',
    );
  reading.at++;
  const second = reading.line;
  // Never shown, not even in part: it may be the password with a blank before it.
  if (second === undefined || (second.text !== withheld && !passwordPattern.test(second.text)))
    return refuseFile(
      'account-missing',
      'badly-structured',
      'expected a password on the second line',
      second?.offset ?? reading.end,
      'account.password',
    );
  reading.at++;
  return { customerCode: first.text, ...(second.text === withheld ? {} : { password: second.text }) };
}

function readFileAddress(reading: Reading): OrderAddress | undefined {
  if (!reading.line?.text.startsWith(':')) return undefined;
  reading.deviate('W-FILE-ADDRESS', 'deliverTo', 'the mark of an address for a whole file is not published');
  reading.at++;
  const address = readAddress(reading, 'deliverTo');
  reading.blanks('deliverTo');
  return address;
}

function readAddress(reading: Reading, path: string): OrderAddress {
  const offset = reading.line?.offset ?? reading.end;
  const lines = reading.block(`${path}.lines`);
  const [first = ''] = lines;
  if (lines.length === 1 && first.includes('@')) {
    if (!isMailAddress(first) || first.length > mailAddressCharacters)
      return refuseFile('address', 'malformed', 'expected one mail address', offset, `${path}.mail`);
    return { mail: first };
  }
  if (lines.length === 0 || lines.length > addressLines)
    return refuseFile(
      'address',
      'badly-structured',
      `expected 1 to ${addressLines} lines`,
      offset,
      `${path}.lines`,
    );
  return { lines: lines.map((line, index) => cut(reading, line, `${path}.lines.${index}`)) };
}

function cut(reading: Reading, line: string, path: string): string {
  if (line.length > lineColumns)
    reading.deviate('W-LONG-LINE', path, `expected at most ${lineColumns} characters, found ${line.length}`);
  return line.slice(0, lineColumns).trimEnd();
}

function readOrder(reading: Reading, before: readonly Order[]): Order {
  const path = `orders.${before.length}`;
  const head = reading.line;
  if (!head?.text.startsWith('TX'))
    return refuseFile(
      'no-order',
      'badly-structured',
      'expected TX at the beginning of an order',
      head?.offset ?? reading.end,
      path,
    );
  reading.at++;
  const { requestNumber, hasCopyrightMark, keywords } = readHead(head, path);
  if (before.some((order) => order.requestNumber === requestNumber))
    refuseFile(
      'duplicate-request-number',
      'badly-structured',
      'expected a number of its own',
      head.offset,
      `${path}.requestNumber`,
    );
  for (const [index, keyword] of keywords.entries()) {
    if (keywordRow(keyword) === undefined)
      reading.deviate(
        'W-KEYWORD',
        `${path}.keywords.${index}`,
        'keyword is not among those that are known',
        head.offset,
      );
  }
  const lines = reading
    .block(`${path}.lines`)
    .map((line, index) => cut(reading, line, `${path}.lines.${index}`));
  if (lines.length === 0 && !keywords.includes('CANCEL'))
    refuseFile('no-citation', 'badly-structured', 'expected what is asked for', head.offset, `${path}.lines`);
  if (reading.line?.text !== terminator) reading.blanks(path);
  else reading.deviate('W-BLANKS', path, `expected ${blankLines} empty lines, found 0`);
  let deliverTo: OrderAddress | undefined;
  if (reading.line && isMarker(reading.line.text)) {
    reading.at++;
    deliverTo = readAddress(reading, `${path}.deliverTo`);
    if (reading.line?.text === terminator)
      reading.deviate('W-BLANKS', path, `expected ${blankLines} empty lines, found 0`);
    else reading.blanks(path);
  }
  return {
    requestNumber,
    ...(hasCopyrightMark ? { hasCopyrightMark } : {}),
    keywords,
    lines,
    ...(deliverTo === undefined ? {} : { deliverTo }),
  };
}

function readHead(
  { text, offset }: Line,
  path: string,
): Pick<Order, 'requestNumber' | 'keywords'> & { readonly hasCopyrightMark?: true } {
  const tokens = text.slice(2).trim().split(/\s+/);
  const isApart = tokens[0] === 'RZ';
  const [first = '', ...keywords] = isApart ? tokens.slice(1) : tokens;
  const isMark = isApart || (/^RZ./.test(first) && maySignalMark(keywords));
  const requestNumber = isMark && !isApart ? first.slice(2) : first;
  if (!requestNumberPattern.test(requestNumber) || !keywords.every((keyword) => keywordPattern.test(keyword)))
    return refuseFile(
      'request-number',
      'malformed',
      'expected TX, a request number and keywords',
      offset,
      `${path}.requestNumber`,
    );
  return { requestNumber, keywords, ...(isMark ? { hasCopyrightMark: true } : {}) };
}

/** @throws DecodeError */
export function decodeOrderFile(bytes: Uint8Array): ReturnType<typeof parseOrderFile> {
  return parseOrderFile(Buffer.from(bytes).toString('latin1'));
}
