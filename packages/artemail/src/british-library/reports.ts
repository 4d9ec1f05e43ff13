import type { PlainMail } from '@interlend/mail';

/** Errors of a file or of an order, `sim/1`. That files are rejected with a code is known, the codes are ours. */
export const FileErrors = [
  { code: 'A01', title: 'no account lines', refuses: 'file' },
  { code: 'A02', title: 'customer code is not well formed', refuses: 'file' },
  { code: 'A03', title: 'account or password not known', refuses: 'file' },
  { code: 'A04', title: 'no TX line', refuses: 'file' },
  { code: 'A05', title: 'no NNNN', refuses: 'file' },
  { code: 'A06', title: 'request number bad or missing', refuses: 'order' },
  { code: 'A07', title: 'request number used before', refuses: 'order' },
  { code: 'A08', title: 'no bibliographic line', refuses: 'order' },
  { code: 'A09', title: 'address too long or not well formed', refuses: 'order' },
  { code: 'A10', title: 'not ASCII', refuses: 'file' },
  { code: 'A11', title: 'not plain text', refuses: 'file' },
  { code: 'A12', title: 'address not allowed for the account', refuses: 'order' },
] as const;

/** Code of {@link FileErrors}. */
export type FileErrorCode = (typeof FileErrors)[number]['code'];

/** What became of a file. */
export interface FileReport {
  readonly isAccepted: boolean;
  readonly fileReference?: string;
  /** Orders that were taken. */
  readonly accepted: readonly string[];
  /** Errors, of one order or of the whole file. */
  readonly errors: readonly { readonly code: string; readonly requestNumber?: string }[];
}

/**
 * The report about a file, `sim/1`: layout and subject of the British Library's own are not published, so this reads what
 * the simulator writes, and a mail in another layout is left to a person.
 */
export function readFileReport({
  subject,
  text,
}: Pick<PlainMail, 'subject' | 'text'>): FileReport | undefined {
  const head = /^ARTEMAIL FILE (ACCEPTED|REJECTED)(?: FILEREFNO (\d+))?$/.exec(subject.trim());
  if (!head) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const errors = lines.flatMap((line) => {
    const found = /^ERROR ([A-Z]\d{2})(?: (\S+))?$/.exec(line);
    return found?.[1] === undefined
      ? []
      : [{ code: found[1], ...(found[2] === undefined ? {} : { requestNumber: found[2] }) }];
  });
  const from = lines.findIndex((line) => /^ORDERS ACCEPTED: \d+$/.test(line));
  const accepted =
    from < 0 ? [] : lines.slice(from + 1).filter((line) => /^[A-Za-z0-9][A-Za-z0-9\-/.]*$/.test(line));
  return {
    isAccepted: head[1] === 'ACCEPTED',
    ...(head[2] === undefined ? {} : { fileReference: head[2] }),
    accepted,
    errors,
  };
}

/** Subject and text of a report, `sim/1`. */
export function formatFileReport(report: FileReport): Pick<PlainMail, 'subject' | 'text'> {
  const { isAccepted, fileReference, accepted, errors } = report;
  const reference = fileReference === undefined ? '' : ` FILEREFNO ${fileReference}`;
  const lines = [
    ...(isAccepted ? [`ORDERS ACCEPTED: ${accepted.length}`, ...accepted] : []),
    ...errors.map(
      ({ code, requestNumber }) => `ERROR ${code}${requestNumber === undefined ? '' : ` ${requestNumber}`}`,
    ),
  ];
  return {
    subject: `ARTEMAIL FILE ${isAccepted ? 'ACCEPTED' : 'REJECTED'}${reference}`,
    text: `${lines.join('\n')}\n`,
  };
}
