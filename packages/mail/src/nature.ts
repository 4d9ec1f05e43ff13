import { isSameAddress } from './addresses.js';
import type { MailNature, SenderProof } from './plain-mail.js';

/** One header field, its name in lower case. */
export interface HeaderField {
  readonly key: string;
  readonly value: string;
}

const valuesOf = (fields: readonly HeaderField[], key: string): readonly string[] =>
  fields.filter((field) => field.key === key).map(({ value }) => value.trim());

/** Fields by which answering machines of common mail systems give themselves away. */
const answeringMachines: readonly (readonly [key: string, value: RegExp])[] = [
  ['auto-submitted', /^auto-replied\b/i],
  ['precedence', /^auto_reply$/i],
  ['x-autoreply', /./],
  ['x-autorespond', /./],
  ['x-autoresponse', /./],
  ['x-auto-response', /./],
  ['x-vacation', /./],
  ['x-mail-autoreply', /./],
];

/** What the header says about how a mail came to be; `undefined` is a mail like any other. */
export function natureOf(
  fields: readonly HeaderField[],
  about: { readonly from: string; readonly own: readonly string[]; readonly hops: number },
): MailNature | undefined {
  if (valuesOf(fields, 'content-type').some((value) => /report-type="?delivery-status/i.test(value)))
    return 'bounce';
  if (about.own.some((address) => isSameAddress(address, about.from))) return 'loop';
  if (valuesOf(fields, 'received').length > about.hops) return 'loop';
  const isMachine = answeringMachines.some(([key, value]) =>
    valuesOf(fields, key).some((found) => value.test(found)),
  );
  return isMachine ? 'automatic' : undefined;
}

/**
 * What a trusted mail server wrote about the sender, RFC 8601. Only fields with its name count, and only those above the
 * first `Received`: whoever sends a mail can write the others.
 */
export function senderProof(
  fields: readonly HeaderField[],
  authority: string | undefined,
  fromDomain: string,
): SenderProof {
  if (authority === undefined) return 'unknown';
  const firstHop = fields.findIndex(({ key }) => key === 'received');
  const trusted = firstHop < 0 ? fields : fields.slice(0, firstHop);
  const results = valuesOf(trusted, 'authentication-results').filter(
    (value) => value.split(';')[0]?.trim().toLowerCase() === authority.toLowerCase(),
  );
  const found = results.flatMap((value) =>
    value
      .split(';')
      .slice(1)
      .map((part) => part.trim().toLowerCase()),
  );
  const isAligned = (domain: string | undefined): boolean =>
    domain !== undefined && (domain === fromDomain || fromDomain.endsWith(`.${domain}`));
  const says = (result: string): boolean =>
    found.some((part) => {
      if (part.startsWith(`dmarc=${result}`)) return true;
      if (part.startsWith(`dkim=${result}`)) return isAligned(/header\.(?:d|i)=@?([^\s;]+)/.exec(part)?.[1]);
      return (
        part.startsWith(`spf=${result}`) &&
        isAligned(/smtp\.mailfrom=(?:[^\s;@]*@)?([^\s;]+)/.exec(part)?.[1])
      );
    });
  if (found.some((part) => part.startsWith('dmarc=fail'))) return 'disproved';
  if (says('pass')) return 'proven';
  return says('fail') ? 'disproved' : 'unknown';
}
