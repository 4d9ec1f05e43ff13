import { EncodeError } from '@interlend/core';
import { MandatoryRequestFields } from '../tables/resource-sharing-request.js';

/** Refuses a new request that lacks what Alma wants. @throws EncodeError `missing` */
export function requireRequestFields(role: keyof typeof MandatoryRequestFields, request: object): void {
  const has = (name: string): boolean => {
    const value: unknown = Reflect.get(request, name);
    return value !== undefined && value !== null && value !== '';
  };
  for (const names of MandatoryRequestFields[role]) {
    if (names.some(has)) continue;
    throw new EncodeError('missing', `expected ${names.join(' or ')}, found none`, `request.${names[0]}`);
  }
}
