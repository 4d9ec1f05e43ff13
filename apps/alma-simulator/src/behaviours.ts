import { BorrowingStatuses, LendingStatuses, Operations } from '@interlend/alma';
import { Quirks } from '@interlend/alma/double';
import type { Evidence } from '@interlend/core';
import { bindings } from './bindings/index.js';
import { StaffActions } from './process/staff-actions.js';
import { StatusSteps } from './process/steps.js';

/** Something that the simulator does as Alma is known, or thought, to do it. */
export interface Behaviour {
  readonly area: 'call' | 'quirk' | 'protocol' | 'staff action' | 'status' | 'process';
  readonly behaviour: string;
  readonly evidence: Evidence;
  readonly note?: string;
}

/** What is no row of another table. */
const others: readonly Behaviour[] = [
  {
    area: 'process',
    behaviour: 'the key is taken from the header or the query; without a good one, HTTP 401 and UNAUTHORIZED',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'the calls of a day are counted by the calendar in UTC',
    evidence: 'inferred',
    note: 'to midnight, of which zone is not said',
  },
  {
    area: 'process',
    behaviour: 'lists have ten rows unless `limit` says otherwise, and a hundred at most',
    evidence: 'documented',
  },
  { area: 'process', behaviour: 'an item is found by its barcode with a redirect', evidence: 'documented' },
  {
    area: 'process',
    behaviour: 'an object where text belongs is refused in the words of its JSON library',
    evidence: 'observed',
  },
  { area: 'process', behaviour: 'the code of a partner stays whatever a PUT says', evidence: 'documented' },
  {
    area: 'process',
    behaviour: 'a request over a protocol makes a lending request of the partner with that symbol',
    evidence: 'documented',
  },
  {
    area: 'process',
    behaviour: 'a message from a symbol that no active partner has is noted and not answered',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'the number of a lending request over ISO ILL is `qualifier//group`',
    evidence: 'inferred',
    note: 'from one number that was seen',
  },
  {
    area: 'process',
    behaviour: 'the number of a request over SLNP is that of the order at the central server',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'the number of a request by letter or ARTEmail is that of the borrower',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'an order PFL of a central server makes a borrowing request of the reader, without a partner',
    evidence: 'documented',
    note: 'Alma has a partner of type NCIP take it, which is left out here',
  },
  {
    area: 'process',
    behaviour: 'the partner of that request becomes the lender that SLNPPFLDatenAenderung names',
    evidence: 'documented',
  },
  {
    area: 'process',
    behaviour:
      'an order AFL of a central server makes a lending request; one of nobody that is a partner is answered 510',
    evidence: 'inferred',
    note: 'that it makes a lending request is documented',
  },
  {
    area: 'process',
    behaviour: 'an order for a reader who is not known or blocked is answered 510',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'mails are not read by Alma: staff key in what they say, requests of other libraries as well',
    evidence: 'documented',
    note: 'documented for ARTEmail; of partners of type EMAIL, that nothing comes back automatically',
  },
  {
    area: 'process',
    behaviour: 'letters are written by `@interlend/artemail` with the labels that Alma has in English',
    evidence: 'documented',
    note: 'an institution has its own wording and languages',
  },
  {
    area: 'process',
    behaviour: 'a step for which the protocol of the partner has no message changes Alma only',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'the number of a borrowing request is the institution without underscore and seven digits',
    evidence: 'inferred',
    note: 'from one number that was seen',
  },
  {
    area: 'process',
    behaviour: 'lending requests that are over leave the task list unless their status is asked for',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'scanning an item in that is out for a partner checks the request in',
    evidence: 'documented',
  },
  {
    area: 'process',
    behaviour: 'cancelling a sent borrowing request through REST sends the cancellation to the partner',
    evidence: 'inferred',
  },
  {
    area: 'process',
    behaviour: 'an item that is out shows no holding in its availability',
    evidence: 'documented',
  },
  {
    area: 'process',
    behaviour: 'requests expire in a nightly job, which staff of the simulator run',
    evidence: 'documented',
  },
  { area: 'process', behaviour: 'a condition is answered by nobody by itself', evidence: 'documented' },
  {
    area: 'process',
    behaviour: 'received items are temporary records that are deleted when they go back',
    evidence: 'documented',
  },
];

/** Everything that the simulator does, each with how well it is founded. */
export const Behaviours: readonly Behaviour[] = [
  ...Object.entries<(typeof Operations)[keyof typeof Operations] & { readonly note?: string }>(
    Operations,
  ).map(
    ([, { method, path, does, evidence, note }]): Behaviour => ({
      area: 'call',
      behaviour: `\`${method} ${path}\` ${does}`,
      evidence,
      ...(note !== undefined && { note }),
    }),
  ),
  ...Object.entries(Quirks).map(
    ([name, { does, evidence, isOn }]): Behaviour => ({
      area: 'quirk',
      behaviour: `\`${name}\`: ${does}`,
      evidence,
      note: isOn ? 'on unless switched off' : 'off unless switched on',
    }),
  ),
  ...bindings.map(
    ({ protocol, profileTypes, evidence, note }): Behaviour => ({
      area: 'protocol',
      behaviour: `partners of type ${profileTypes.join(', ')} are spoken to with \`${protocol.name}\``,
      evidence,
      note,
    }),
  ),
  ...StaffActions.map(
    ({ name, role, does, evidence, protocols }): Behaviour => ({
      area: 'staff action',
      behaviour: `${role}: \`${name}\` ${does}`,
      evidence,
      ...(protocols && { note: `over \`${protocols.join('`, `')}\` only` }),
    }),
  ),
  ...StatusSteps.map(
    ({ role, on, status, evidence, note }): Behaviour => ({
      area: 'status',
      behaviour: `${role}, after \`${on}\`: ${status === undefined ? 'unchanged' : `\`${status}\``}`,
      evidence,
      ...(note !== undefined && { note }),
    }),
  ),
  ...others,
];

/** Statuses that the simulator gives and the tables of the client do not know: none. */
export function unknownStatuses(): readonly string[] {
  const known = new Set([...BorrowingStatuses, ...LendingStatuses].map(({ status }) => status));
  return StatusSteps.flatMap(({ status }) => (status === undefined || known.has(status) ? [] : [status]));
}
