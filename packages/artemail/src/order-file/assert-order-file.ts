import { EncodeError } from '@interlend/core';
import type { OrderFile } from './order-file.js';

type Fields = Readonly<Record<string, unknown>>;

function wrong(path: string, expected: string): EncodeError {
  return new EncodeError('invalid-value', `expected ${expected}`, path);
}

function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object');
  return value as Fields;
}

function assertText(value: unknown, path: string): void {
  if (typeof value !== 'string') throw wrong(path, 'text');
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(path, 'a list');
  return value;
}

function assertTexts(value: unknown, path: string): void {
  for (const [index, each] of listOf(value, path).entries()) assertText(each, `${path}.${index}`);
}

/** Whether a value of unknown origin has the form of an order file. What its texts may be, writing says. @throws EncodeError */
export function assertOrderFile(value: unknown): asserts value is OrderFile {
  const { account, orders } = fieldsOf(value, 'file');
  const { customerCode, password } = fieldsOf(account, 'account');
  assertText(customerCode, 'account.customerCode');
  if (password !== undefined) assertText(password, 'account.password');
  for (const [index, each] of listOf(orders, 'orders').entries()) {
    const path = `orders.${index}`;
    const { requestNumber, keywords, lines, deliverTo } = fieldsOf(each, path);
    assertText(requestNumber, `${path}.requestNumber`);
    assertTexts(keywords, `${path}.keywords`);
    assertTexts(lines, `${path}.lines`);
    if (deliverTo === undefined) continue;
    const address = fieldsOf(deliverTo, `${path}.deliverTo`);
    if ('mail' in address) assertText(address['mail'], `${path}.deliverTo.mail`);
    else assertTexts(address['lines'], `${path}.deliverTo.lines`);
  }
}
