import type { Condition, LendingEvent, ServiceType, UnfilledReason } from '@interlend/core';
import type { ScriptStep } from './script.js';

/** What a double does. Plain JSON. */
export type DoubleBehaviour =
  /** Step by step. */
  | { readonly kind: 'script'; readonly steps: readonly ScriptStep[] }
  /** Completes loans: ships, renews, checks in; as requester agrees, receives, returns. */
  | { readonly kind: 'fulfil' }
  /** As responder: cannot fill, does not renew. As requester: agrees to no condition. */
  | { readonly kind: 'refuse'; readonly reason?: UnfilledReason }
  /** As responder: ships only when a condition is agreed to. */
  | { readonly kind: 'conditional'; readonly condition?: Condition }
  /** Hears and says nothing. */
  | { readonly kind: 'silent' }
  /** Answers every APDU by octets that are none. */
  | { readonly kind: 'rubbish'; readonly hex?: string }
  /** Ends every connection that comes in at its first octets; nothing is heard. */
  | { readonly kind: 'closes-early'; readonly how?: 'in-order' | 'broken-off' }
  /** Hears, says nothing, and leaves connections open. */
  | { readonly kind: 'never-closes' };

/** How a double says what it says. */
export interface Manner {
  /** Pause before each APDU. */
  readonly delayMs?: number;
  /** How often each APDU is sent, octet for octet the same; once when absent. */
  readonly times?: number;
  /** `reversed`: APDUs that are due at the same time go out the last one first. */
  readonly order?: 'as-said' | 'reversed';
}

/** `HTTP`: octets that no APDU begins with. */
export const rubbishHex = '48545450';

const dueInDays = 30;

/** What the desk of a double says after an event, in order. */
export function answersTo(
  event: LendingEvent,
  behaviour: DoubleBehaviour,
  about: { readonly service: ServiceType; readonly now: Date },
): readonly LendingEvent[] {
  const { service } = about;
  const today = dayOf(about.now, 0);
  const due = dayOf(about.now, dueInDays);
  const willing = behaviour.kind !== 'refuse';
  switch (event.type) {
    case 'requested':
      if (behaviour.kind === 'refuse') {
        return [{ type: 'unfilled', from: 'lender', reason: behaviour.reason ?? 'not-on-shelf' }];
      }
      if (behaviour.kind === 'conditional') {
        return [
          { type: 'conditional', from: 'lender', condition: behaviour.condition ?? 'library-use-only' },
        ];
      }
      return [{ type: 'willSupply', from: 'lender' }, shipped(service, today, due)];
    case 'conditionAnswered':
      return event.isAccepted ? [shipped(service, today, due)] : [];
    case 'cancelRequested':
      return [{ type: 'cancelAnswered', from: 'lender', isAccepted: true }];
    case 'renewRequested':
      return [{ type: 'renewAnswered', from: 'lender', isAccepted: willing, ...(willing && { due }) }];
    case 'returned':
      return [{ type: 'checkedIn', from: 'lender', checkedInOn: today }];
    case 'conditional':
      return [{ type: 'conditionAnswered', from: 'borrower', isAccepted: willing }];
    case 'shipped':
      return [
        { type: 'received', from: 'borrower', service: event.service, receivedOn: today },
        ...(event.service === 'loan' ? [returned(today)] : []),
      ];
    case 'recalled':
    case 'overdue':
      return [returned(today)];
    default:
      return [];
  }
}

function shipped(service: ServiceType, shippedOn: string, due: string): LendingEvent {
  return { type: 'shipped', from: 'lender', service, shippedOn, ...(service === 'loan' && { due }) };
}

function returned(returnedOn: string): LendingEvent {
  return { type: 'returned', from: 'borrower', returnedOn };
}

function dayOf(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
