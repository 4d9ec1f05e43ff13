/**
 * Ends in which two sides of a walk do not match, and why no guard could have prevented it. None of them happens between
 * desks that keep to the truth and guards that are lenient. Each is noticed: a guard asks for a person.
 */
export interface ContradictionClass {
  readonly requester: readonly string[];
  readonly responder: readonly string[];
  /** Happens also between desks that keep to the truth. */
  readonly isRace: boolean;
  readonly inStrictOnly: boolean;
  readonly why: string;
}

export const contradictionClasses: readonly ContradictionClass[] = [
  {
    requester: ['RECEIVED', 'RETURNED'],
    responder: ['NOT-SUPPLIED', 'CONDITIONAL', 'CANCELLED'],
    isRace: false,
    inStrictOnly: false,
    why: 'the borrower acknowledges in PENDING what the lender says it never sent',
  },
  {
    requester: ['LOST'],
    responder: ['NOT-SUPPLIED', 'CONDITIONAL', 'CANCELLED'],
    isRace: false,
    inStrictOnly: false,
    why: 'one side says lost in PENDING or IN-PROCESS while the other says that nothing is supplied',
  },
  {
    requester: ['LOST'],
    responder: ['CHECKED-IN'],
    isRace: false,
    inStrictOnly: false,
    why: 'lost for the borrower, back for the lender: both words are terminal',
  },
  {
    requester: ['LOST', 'RECEIVED', 'RETURNED'],
    responder: ['FORWARD'],
    isRace: false,
    inStrictOnly: false,
    why: 'the borrower speaks of an item of a lender that has passed the request on',
  },
  {
    requester: ['PENDING', 'CANCEL-PENDING'],
    responder: ['CHECKED-IN'],
    isRace: false,
    inStrictOnly: false,
    why: 'the lender checks in what it sent neither in words nor in fact',
  },
  {
    requester: ['RECEIVED'],
    responder: ['RECALL', 'OVERDUE', 'CHECKED-IN'],
    isRace: false,
    inStrictOnly: false,
    why: 'the lender wants a copy back: IN-PROCESS lets it recall before it is known what is sent',
  },
  {
    requester: ['CANCEL-PENDING'],
    responder: ['LOST', 'RECALL', 'OVERDUE'],
    isRace: true,
    inStrictOnly: true,
    why: 'a cancel crosses Lost, Recall or Overdue sent from IN-PROCESS: there is no row for either, and strict guards answer with error reports only; lenient ones answer the cancel with no',
  },
];

/** The class of an end, `requester state / responder state`. */
export function classOf(end: string, isStrict: boolean): ContradictionClass | undefined {
  const [requester = '', responder = ''] = end.split(' / ');
  return contradictionClasses.find(
    (row) =>
      row.requester.includes(requester) &&
      row.responder.includes(responder) &&
      (isStrict || !row.inStrictOnly),
  );
}
