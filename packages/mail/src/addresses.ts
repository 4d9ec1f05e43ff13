import { addressOctets } from './limits.js';

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainPart =
  /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/**
 * Whether a text is a mail address as RFC 5321 and 5322 write it without quoting: dot-atom, `@`, domain name, all of it
 * ASCII. Quoted local parts and address literals are legal and left out: no library has one, and quoting is where
 * injection hides.
 */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  return (
    at > 0 &&
    text.length <= addressOctets.whole &&
    local.length <= addressOctets.local &&
    domain.length <= addressOctets.domain &&
    localPart.test(local) &&
    domainPart.test(domain)
  );
}

/** Whether two addresses are one mailbox. The case of the local part is not compared: no server tells people apart by it. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The domain of an address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
