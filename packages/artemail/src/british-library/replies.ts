import { replyLines } from '../limits.js';
import { requestNumberPattern } from '../order-file/order-file.js';
import { argumentPatterns, type ReplyCode, replyCodesByLength } from '../tables/reply-codes.js';

/** A line of a reply mail that begins with what may be a request number. */
export interface ReplyLine {
  readonly requestNumber: string;
  /** The British Library's own number of the order, for instance `60010498-001`. */
  readonly orderLine?: string;
  /** The code of the table; absent when it is not known. */
  readonly code?: string;
  readonly argument?: string;
  /** What stands behind the code. */
  readonly remark?: string;
  /** What stands behind the number, as it came. */
  readonly text: string;
}

const orderLinePattern = /^\d{8}-\d{3}$/;

const escaped = (text: string): string => text.replaceAll(/[*/\\^$.|?+()[\]{}]/g, '\\$&');

/** What stands behind a code: its argument, and after two blanks or a tab a text for people. */
function patternOf({ code, argument }: ReplyCode): RegExp {
  const words = code.split(' ').map(escaped).join('\\s+');
  const apart = code.endsWith('*') || argument?.kind === 'weeks' ? '\\s*' : '\\s';
  const value = argument
    ? `(?:${apart}(?<argument>${argumentPatterns[argument.kind].source.slice(1, -1)}))`
    : '';
  return new RegExp(
    `^${words}${value}${argument?.isNeeded === false ? '?' : ''}(?:(?:\\s{2,}|\\t)(?<remark>.+))?$`,
    'i',
  );
}

const patterns: readonly (readonly [code: string, pattern: RegExp])[] = replyCodesByLength.map((row) => [
  row.code,
  patternOf(row),
]);

function codeIn(text: string): Pick<ReplyLine, 'code' | 'argument' | 'remark'> | undefined {
  for (const [code, pattern] of patterns) {
    const found = pattern.exec(text);
    if (!found) continue;
    const { argument, remark } = found.groups ?? {};
    return {
      code,
      ...(argument === undefined ? {} : { argument }),
      ...(remark === undefined ? {} : { remark }),
    };
  }
  return undefined;
}

/** Reads one line: `request-number code`, with an order number before or after the request number. */
export function readReplyLine(line: string): ReplyLine | undefined {
  const tokens = /^\s*(\S+?)(?:\s*[:\t]\s*|\s+)(\S.*)$/.exec(line.trimEnd());
  if (!tokens) return undefined;
  let [, number = '', text = ''] = tokens;
  let orderLine: string | undefined;
  if (orderLinePattern.test(number)) {
    orderLine = number;
    const next = /^(\S+?)(?:\s*[:\t]\s*|\s+)(\S.*)$/.exec(text);
    if (!next) return undefined;
    [, number = '', text = ''] = next;
  } else {
    const behind = /^(\d{8}-\d{3})\s+(\S.*)$/.exec(text);
    if (behind) [, orderLine, text = ''] = behind;
  }
  // Every request number of ours has a digit; the words of a sentence have none.
  if (!requestNumberPattern.test(number) || !/\d/.test(number) || number.length > 64) return undefined;
  return {
    requestNumber: number,
    ...(orderLine === undefined ? {} : { orderLine }),
    ...codeIn(text),
    text,
  };
}

/** Every line of a mail that may be a reply. Which are, only whoever knows the outstanding numbers can say. */
export function readReplies(text: string): readonly ReplyLine[] {
  return text
    .split('\n', replyLines)
    .flatMap((line) => (line.length > 500 || line.startsWith('>') ? [] : (readReplyLine(line) ?? [])));
}

/** A line as the simulator writes it, `sim/1`. */
export function formatReplyLine({
  requestNumber,
  code,
  argument,
  remark,
}: Pick<ReplyLine, 'requestNumber' | 'argument' | 'remark'> & { readonly code: string }): string {
  const separator = argument === undefined || code.endsWith('*') ? '' : ' ';
  return `${requestNumber} ${code}${separator}${argument ?? ''}${remark === undefined ? '' : `  ${remark}`}`;
}
