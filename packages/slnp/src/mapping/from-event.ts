import { EncodeError, type LendingEvent, type Loss, type Said } from '@interlend/core';
import { Info2FLServer, type InfoStatus } from '../messages/commands.js';
import type { SlnpCommand } from '../messages/message.js';
import { present } from '../messages/parameters.js';
import type { SlnpRules } from '../profiles/rules.js';
import { formatDate } from './dates.js';
import { wordsOf } from './reasons.js';

/** What a report has to name. */
export interface ReportContext {
  readonly side: 'AFL' | 'PFL';
  readonly orderId: string;
  readonly lender?: string;
  readonly borrower?: string;
  readonly pflNumber?: string;
  readonly rules: Pick<SlnpRules, 'info2flserver' | 'texts'>;
}

const statusOf = {
  shipped: 'Shipped',
  unfilled: 'NotAvailable',
  returned: 'Return',
} as const satisfies Partial<Record<LendingEvent['type'], InfoStatus>>;

/** Fields of the three events for which a report has a parameter. */
const carried: Readonly<Record<keyof typeof statusOf, readonly string[]>> = {
  shipped: ['type', 'from', 'note', 'due', 'service'],
  unfilled: ['type', 'from', 'note', 'reason'],
  returned: ['type', 'from', 'note'],
};

/** The report that an event would be; `undefined` when SLNP has none for it. */
export function infoStatusOf({ type }: LendingEvent): InfoStatus | undefined {
  return type in statusOf ? statusOf[type as keyof typeof statusOf] : undefined;
}

/**
 * What the desk says, as a report to the central server.
 *
 * @throws EncodeError `unsayable-event` when SLNP has no command for it
 */
export function fromEvent(event: LendingEvent, context: ReportContext): Said<SlnpCommand> {
  const { side, orderId, lender, borrower, pflNumber, rules } = context;
  const { info2flserver: names, texts } = rules;
  if (event.type !== 'shipped' && event.type !== 'unfilled' && event.type !== 'returned') {
    throw new EncodeError(
      'unsayable-event',
      `SLNP has no command for ${event.type} by the ${event.from}`,
      event.type,
    );
  }
  const note =
    event.type === 'unfilled' ? (event.note ?? wordsOf(event.reason, texts.notSupplied)) : event.note;
  return {
    message: {
      kind: 'command',
      command: Info2FLServer.name,
      parameters: present({
        [names.status]: statusOf[event.type],
        [names.orderId]: orderId,
        [names.side]: side,
        [names.lender]: lender,
        [names.borrower]: borrower,
        [names.pflNumber]: pflNumber,
        [names.dueDate]:
          event.type === 'shipped' && event.due !== undefined ? formatDate(event.due) : undefined,
        [names.note]: note,
      }),
    },
    losses: lossesOf(event, carried[event.type]),
  };
}

function lossesOf(event: LendingEvent, sayable: readonly string[]): readonly Loss[] {
  return Object.entries(event)
    .filter(([name, value]) => value !== undefined && !sayable.includes(name))
    .map(([path]) => ({ path, why: 'SLNPInfo2FLServer has no parameter for it' }));
}
