import type { SystemId } from '@interlend/iso-ill';
import type { Mutation } from '@interlend/testing';
import type { ApduBody, Cast, Line, Meaning } from './script.js';

/** A message of the partner, and what it means to the side under test. */
export function hears(
  body: ApduBody,
  means: Meaning,
  more: Partial<Extract<Line, { kind: 'peer' }>> = {},
): Line {
  return { ...more, kind: 'peer', body, means };
}

/** A message of the partner that has no meaning to the desk of the side under test. */
export function hearsNothingIn(
  body: ApduBody,
  verdict: 'repeat' | 'noted' | 'refused',
  more: Partial<Extract<Line, { kind: 'peer' }>> = {},
): Line {
  return { ...more, kind: 'peer', body, means: undefined, verdict };
}

/** What the staff of the side under test does, and the message that must follow. */
export function does(event: Meaning, body: ApduBody): readonly Line[] {
  return [
    { kind: 'desk', event },
    { kind: 'own', body },
  ];
}

/** A message of the side under test that nobody asks for. */
export function says(body: ApduBody, head?: Extract<Line, { kind: 'own' }>['head']): Line {
  return { kind: 'own', body, ...(head ? { head } : {}) };
}

/** The timer of the side under test rings. */
export const timerRings: Line = { kind: 'timer' };

/** A copy in which the partner expects another value of our message than it should. */
export function wrongExpectation(turn: number, path: string, to: string | boolean | number): Mutation {
  return {
    title: `another ${path} expected`,
    turn,
    change: { path, to },
    fails: { check: `guard/turn-${turn}`, names: path },
  };
}

/** A copy in which the partner says something else than it should. */
export function otherWord(
  turn: number,
  path: string,
  to: string | boolean | number,
  fails: Mutation['fails'],
): Mutation {
  return { title: `another ${path} said`, turn, change: { path, to }, fails };
}

/** A copy whose message ends early. */
export function cutShort(turn: number): Mutation {
  return {
    title: 'the last octet is missing',
    turn,
    change: { cut: 1 },
    fails: { check: `codec/turn-${turn}`, names: 'incomplete' },
  };
}

/** A library by its symbol. */
export function institution(symbol: string): SystemId {
  return { personOrInstitutionSymbol: { institutionSymbol: symbol } };
}

const ability = {
  canSendShipped: true,
  canSendCheckedIn: true,
  responderReceived: 'desires',
  responderReturned: 'desires',
} as const;
const wishes = {
  canSendReceived: true,
  canSendReturned: true,
  requesterShipped: 'desires',
  requesterCheckedIn: 'desires',
} as const;

/** The book that is lent. */
export const book = {
  itemType: 'monograph',
  author: 'Example, Anna',
  title: 'The Theory of Examples',
  publisher: 'Example Press',
  publicationDate: '1999',
  isbn: '0596000278',
} as const;

/** {@link book} in the words of the desk. */
export const bookAsItem = {
  kind: 'monograph',
  author: 'Example, Anna',
  title: 'The Theory of Examples',
  publisher: 'Example Press',
  publicationDate: '1999',
  isbn: '0596000278',
} as const;

/** The article that is copied. */
export const article = {
  itemType: 'serial',
  title: 'Journal of Examples',
  volumeIssue: '12(3)',
  publicationDateOfComponent: '2003',
  authorOfArticle: 'Doe, J.',
  titleOfArticle: 'On examples',
  pagination: '1-10',
  issn: '12345678',
} as const;

/** {@link article} in the words of the desk. */
export const articleAsItem = {
  kind: 'serial',
  title: 'Journal of Examples',
  volumeIssue: '12(3)',
  component: { date: '2003', author: 'Doe, J.', title: 'On examples', pages: '1-10' },
  issn: '12345678',
} as const;

type Request = Extract<ApduBody, { apdu: 'ILL-Request' }>;

/** An ILL-Request of the partner. */
export function request(service: 'loan' | 'copy-non-returnable', more: Partial<Request> = {}): Request {
  return {
    apdu: 'ILL-Request',
    illServiceType: [service],
    requesterOptionalMessages: wishes,
    searchType: { needBeforeDate: '20300201', expiryFlag: 'no-expiry' },
    itemId: service === 'loan' ? book : article,
    ...more,
  };
}

/** What staff asks for, and the ILL-Request that must follow; the partner's profile decides how it expires. */
export function asks(cast: Cast, service: 'loan' | 'copy', more: Partial<Request> = {}): readonly Line[] {
  const isLoan = service === 'loan';
  return does(
    {
      type: 'requested',
      request: {
        borrower: { symbol: cast.own },
        lender: { symbol: cast.partner },
        services: [service],
        item: isLoan ? bookAsItem : articleAsItem,
        needBefore: '2030-02-01',
      },
    },
    {
      apdu: 'ILL-Request',
      illServiceType: [isLoan ? 'loan' : 'copy-non-returnable'],
      requesterOptionalMessages: wishes,
      searchType: {
        needBeforeDate: '20300201',
        ...(cast.profile === 'ladd' ? { expiryFlag: 'need-before-date' as const } : {}),
      },
      itemId: isLoan ? book : article,
      ...more,
    },
  );
}

type Answer = Extract<ApduBody, { apdu: 'ILL-Answer' }>;
type Explanation = Pick<Answer, 'transactionResults' | 'resultsExplanation'>;

/** An ILL-Answer of the side under test. */
export function ownAnswer(explanation: Explanation): Answer {
  return { apdu: 'ILL-Answer', ...explanation, responderOptionalMessages: ability };
}

/** An ILL-Answer of the partner. */
export function answer(explanation: Explanation, responderNote?: string): Answer {
  return { apdu: 'ILL-Answer', ...explanation, ...(responderNote === undefined ? {} : { responderNote }) };
}

/** What staff ships, and the Shipped that must follow. */
export function ships(cast: Cast, service: 'loan' | 'copy'): readonly Line[] {
  const units = cast.profile === 'ladd' ? { chargeableUnits: 1 } : {};
  return service === 'loan'
    ? does(
        { type: 'shipped', service, shippedOn: '2024-03-05', due: '2024-04-05' },
        {
          apdu: 'Shipped',
          shippedServiceType: 'loan',
          responderOptionalMessages: ability,
          supplyDetails: { dateShipped: '20240305', dateDue: { dateDueField: '20240405' }, ...units },
        },
      )
    : does(
        { type: 'shipped', service, shippedOn: '2024-03-05' },
        {
          apdu: 'Shipped',
          shippedServiceType: 'copy-non-returnable',
          responderOptionalMessages: ability,
          supplyDetails: { dateShipped: '20240305', ...units },
        },
      );
}

/** The partner ships. */
export function isShipped(cast: Cast, service: 'loan' | 'copy'): Line {
  const units = cast.profile === 'ladd' ? { chargeableUnits: 1 } : {};
  return service === 'loan'
    ? hears(
        {
          apdu: 'Shipped',
          shippedServiceType: 'loan',
          responderOptionalMessages: ability,
          supplyDetails: {
            dateShipped: '20240305',
            dateDue: { dateDueField: '20240405', renewable: true },
            ...units,
          },
        },
        { type: 'shipped', service, shippedOn: '2024-03-05', due: '2024-04-05', ...units },
      )
    : hears(
        {
          apdu: 'Shipped',
          shippedServiceType: 'copy-non-returnable',
          responderOptionalMessages: ability,
          supplyDetails: { dateShipped: '20240305', ...units },
        },
        { type: 'shipped', service, shippedOn: '2024-03-05', ...units },
      );
}

/** The partner has received. */
export function isReceived(service: 'loan' | 'copy'): Line {
  return hears(
    {
      apdu: 'Received',
      dateReceived: '20240308',
      shippedServiceType: service === 'loan' ? 'loan' : 'copy-non-returnable',
    },
    { type: 'received', service, receivedOn: '2024-03-08' },
  );
}

/** The partner has sent the item back. */
export const isReturned: Line = hears(
  { apdu: 'Returned', dateReturned: '20240401' },
  { type: 'returned', returnedOn: '2024-04-01' },
);

/** Staff checks the item in. */
export const checksIn: readonly Line[] = does(
  { type: 'checkedIn', checkedInOn: '2024-04-03' },
  { apdu: 'Checked-In', dateCheckedIn: '20240403' },
);

/** The partner has checked the item in. */
export const isCheckedIn: Line = hears(
  { apdu: 'Checked-In', dateCheckedIn: '20240403' },
  { type: 'checkedIn', checkedInOn: '2024-04-03' },
);

/** Staff receives. */
export function receives(service: 'loan' | 'copy'): readonly Line[] {
  return does(
    { type: 'received', service, receivedOn: '2024-03-08' },
    {
      apdu: 'Received',
      dateReceived: '20240308',
      shippedServiceType: service === 'loan' ? 'loan' : 'copy-non-returnable',
    },
  );
}

/** Staff sends the item back. */
export const returns: readonly Line[] = does(
  { type: 'returned', returnedOn: '2024-04-01' },
  { apdu: 'Returned', dateReturned: '20240401' },
);

/** A loan of {@link book} is asked for. */
export const asksForLoan: Line = hears(request('loan'), { type: 'requested' });
