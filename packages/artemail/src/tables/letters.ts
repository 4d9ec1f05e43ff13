import type { Evidence, LendingEventType, Role } from '@interlend/core';

/** A row of a letter: what its label means. */
export type RowKey =
  | 'requestId'
  | 'title'
  | 'journalTitle'
  | 'author'
  | 'publisher'
  | 'placeOfPublication'
  | 'publicationDate'
  | 'edition'
  | 'callNumber'
  | 'volume'
  | 'issue'
  | 'series'
  | 'isbn'
  | 'issn'
  | 'chapter'
  | 'pages'
  | 'articleAuthor'
  | 'source'
  | 'neededBy'
  | 'requestFormat'
  | 'maximumFee'
  | 'levelOfService'
  | 'requestDate'
  | 'shippingDate'
  | 'supplyDate'
  | 'arrivalDate'
  | 'returnDate'
  | 'checkedInDate'
  | 'dueDate'
  | 'oldDueDate'
  | 'originalDueDate'
  | 'desiredDueDate'
  | 'rejectReason'
  | 'willSupplyReason'
  | 'renewAnswer'
  | 'format'
  | 'deliverTo'
  | 'answer'
  | 'note';

/** Labels as Alma has them in English by default; the first is written, all are read. */
export const DefaultLabels: Readonly<Record<RowKey, readonly string[]>> = {
  requestId: ['Request ID', 'External Request ID'],
  title: ['Title'],
  journalTitle: ['Journal Title'],
  author: ['Author'],
  publisher: ['Publisher'],
  placeOfPublication: ['Place of Publication'],
  publicationDate: ['Publication Date', 'Year'],
  edition: ['Edition'],
  callNumber: ['Call Number'],
  volume: ['Volume'],
  issue: ['Issue', 'Part'],
  series: ['Series Title Number'],
  isbn: ['ISBN'],
  issn: ['ISSN'],
  chapter: ['Chapter'],
  pages: ['Pages'],
  articleAuthor: ['Chapter Author', 'Article Author'],
  source: ['Source'],
  neededBy: ['Needed By', 'Needed by Date'],
  requestFormat: ['Request Format'],
  maximumFee: ['Maximum Fee'],
  levelOfService: ['Level of Service'],
  requestDate: ['Request Date', 'Date'],
  shippingDate: ['Shipping Date'],
  supplyDate: ['Supply Date', 'Supplied Date'],
  arrivalDate: ['Arrival Date', 'Receiving date'],
  returnDate: ['Return Date'],
  checkedInDate: ['Checked In Date'],
  dueDate: ['Due Date'],
  oldDueDate: ['Old Due Date'],
  originalDueDate: ['Original due date'],
  desiredDueDate: ['Desired due date'],
  rejectReason: ['Reject Reason'],
  willSupplyReason: ['Will Supply Reason'],
  renewAnswer: ['Renew Answer'],
  format: ['Format'],
  deliverTo: ['Deliver To', 'Address'],
  answer: ['Answer'],
  note: ['Note', 'Request Note', 'Note to Partner'],
};

interface LetterRow {
  readonly letter: string;
  readonly from: Role | 'either';
  readonly event: LendingEventType;
  /** Subject as delivered with Alma, or as labelled at one institution. */
  readonly subject: string;
  /** A label that no other letter has. Absent where only the subject tells. */
  readonly mark?: RowKey;
  readonly evidence: Evidence;
}

/**
 * The letters that Alma writes to a partner of the type EMAIL. Their wording belongs to the institution: letters are told
 * apart by a label that only one of them has, then by their subject, never by their sentences.
 */
export const Letters = [
  {
    letter: 'FulOutgoingEmailLetter',
    from: 'borrower',
    event: 'requested',
    subject: 'Requested Material',
    mark: 'requestFormat',
    evidence: 'documented',
  },
  {
    letter: 'BorrowerClaimEmailLetter',
    from: 'borrower',
    event: 'statusQueried',
    subject: 'Requested Material Reminder',
    evidence: 'reconstructed',
  },
  {
    letter: 'FulCancelEmailLetter',
    from: 'borrower',
    event: 'cancelRequested',
    subject: 'Resource Sharing Request Cancellation',
    evidence: 'reconstructed',
  },
  {
    letter: 'LenderShipEmailLetter',
    from: 'lender',
    event: 'shipped',
    subject: 'Lender Ship Email Letter',
    mark: 'shippingDate',
    evidence: 'documented',
  },
  {
    letter: 'LenderRejectEmailLetter',
    from: 'lender',
    event: 'unfilled',
    subject: 'Lender Reject Email Letter',
    mark: 'rejectReason',
    evidence: 'documented',
  },
  {
    letter: 'LenderWillSupplyEmailLetter',
    from: 'lender',
    event: 'willSupply',
    subject: 'Lender Will Supply Email Letter',
    mark: 'willSupplyReason',
    evidence: 'documented',
  },
  {
    letter: 'BorrowerReceiveEmailLetter',
    from: 'borrower',
    event: 'received',
    subject: 'Borrower Receive Email Letter',
    evidence: 'inferred',
  },
  {
    letter: 'FulRenewEmailLetter',
    from: 'borrower',
    event: 'renewRequested',
    subject: 'Request for Renewal of a Resource Sharing Request',
    mark: 'desiredDueDate',
    evidence: 'documented',
  },
  {
    letter: 'LenderRenewResponseEmailLetter',
    from: 'lender',
    event: 'renewAnswered',
    subject: 'Lender Renew Response Email Letter',
    mark: 'renewAnswer',
    evidence: 'documented',
  },
  {
    letter: 'LendingRecallEmailLetter',
    from: 'lender',
    event: 'recalled',
    subject: 'Resource Sharing - Recalled item',
    mark: 'oldDueDate',
    evidence: 'documented',
  },
  {
    letter: 'BorrowerOverdueEmailLetter',
    from: 'lender',
    event: 'overdue',
    subject: 'Resource Sharing Overdue Letter To Borrower',
    evidence: 'documented',
  },
  {
    letter: 'BorrowerReturnEmailLetter',
    from: 'borrower',
    event: 'returned',
    subject: 'Borrower Return Email Letter',
    mark: 'returnDate',
    evidence: 'documented',
  },
  {
    letter: 'LenderCheckedInEmailLetter',
    from: 'lender',
    event: 'checkedIn',
    subject: 'Lender Checked In Email Letter',
    mark: 'checkedInDate',
    evidence: 'documented',
  },
  {
    letter: 'FulLostEmailLetter',
    from: 'borrower',
    event: 'lost',
    subject: 'Lost Resource Sharing Item',
    evidence: 'reconstructed',
  },
  {
    letter: 'GeneralMessageEmailLetter',
    from: 'either',
    event: 'message',
    subject: 'General Message Email Letter',
    evidence: 'documented',
  },
] as const satisfies readonly LetterRow[];

/** A letter of {@link Letters}. */
export type Letter = LetterRow;

/** Words with which a partner that has no letters answers, on a line of its own or behind the label `answer`. */
export const DefaultAnswers = {
  shipped: ['SHIPPED', 'SENT'],
  unfilled: ['UNFILLED', 'NOT AVAILABLE', 'REJECTED'],
  willSupply: ['WILL SUPPLY'],
  received: ['RECEIVED'],
  returned: ['RETURNED'],
  checkedIn: ['CHECKED IN', 'BACK'],
  'renewAnswered:yes': ['RENEWED'],
  'renewAnswered:no': ['NOT RENEWED'],
  recalled: ['RECALLED'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What an answering word says. */
export type AnswerKey = keyof typeof DefaultAnswers;

/** What a letter invites its reader to answer. */
export const invitations: Partial<Readonly<Record<LendingEventType, readonly AnswerKey[]>>> = {
  requested: ['shipped', 'unfilled', 'willSupply'],
  statusQueried: ['shipped', 'unfilled', 'willSupply'],
  shipped: ['received', 'returned'],
  willSupply: [],
  renewRequested: ['renewAnswered:yes', 'renewAnswered:no'],
  returned: ['checkedIn'],
  recalled: ['returned'],
  overdue: ['returned'],
};
