import {
  advance,
  type Capabilities,
  DecodeError,
  type Framer,
  type GuardContext,
  type GuardStep,
  isInterlendError,
  type LendingEvent,
  type LendingEventType,
  newTransaction,
  type Opening,
  type Protocol,
  type Role,
  StateError,
  type Transaction,
} from '@interlend/core';

/** A message of the toy protocol: one line of JSON. */
export interface ToyMessage {
  /** Equal for a repeat. */
  readonly id: string;
  readonly key: string;
  readonly from: Role;
  readonly borrower: string;
  readonly lender: string;
  readonly event: LendingEvent;
}

/** What the toy's guard remembers: who is who, where the loan stands, and what was heard already. */
export interface ToyGuard {
  readonly role: Role;
  readonly opening: Opening;
  readonly transaction: Transaction | undefined;
  readonly heard: readonly string[];
  readonly said: number;
}

/** What can be chosen about a toy protocol. */
export interface ToyOptions {
  readonly name?: string;
  readonly isRepeatHarmless?: boolean;
  /** Events that its wire has no message for. */
  readonly localOnly?: readonly LendingEventType[];
}

const longestLine = 64 * 1024;
const eithersWords: ReadonlySet<LendingEventType> = new Set([
  'lost',
  'damaged',
  'message',
  'statusQueried',
  'statusReported',
  'errorReported',
]);

/**
 * A small complete protocol with nothing in common with ISO ILL, to show that the server knows no protocol by name. Both
 * sides may say `eithersWords` without naming the addressee, as ISO ILL's Lost does.
 */
export function createToyProtocol({
  name = 'toy',
  isRepeatHarmless = true,
  localOnly = [],
}: ToyOptions = {}): Protocol<ToyMessage, ToyGuard> {
  return {
    name,
    isRepeatHarmless,
    capabilities: capabilities(name, localOnly),
    decode: (bytes) => ({ message: parse(bytes), deviations: [] }),
    encode: (message) => new TextEncoder().encode(`${JSON.stringify(message)}\n`),
    createFramer,
    correlate: ({ key, borrower, lender, from, event }) => ({
      key,
      borrower,
      lender,
      isOpening: event.type === 'requested',
      ...(eithersWords.has(event.type) ? {} : { to: from === 'borrower' ? 'lender' : 'borrower' }),
    }),
    describe: ({ event }) => `Toy-${event.type}`,
    toRequest({ event }) {
      if (event.type !== 'requested') throw new Error('not a request');
      return event.request;
    },
    begin: (opening) => ({ role: 'borrower', opening, transaction: undefined, heard: [], said: 0 }),
    receive: (guard, message, context) => receive(guard, message, context),
    say(guard, event, context) {
      const moved = { ...guard, transaction: advance(current(guard, event), event) };
      return { ...owe(moved, [event], 'accepted', context), event, losses: [] };
    },
    expire(guard, context) {
      const event: LendingEvent = { type: 'expired', from: 'lender' };
      const { transaction } = guard;
      if (transaction?.state !== 'requested')
        return { guard, verdict: 'noted', replies: [], warnings: [], wakeAt: null };
      return {
        ...owe({ ...guard, transaction: advance(transaction, event) }, [event], 'accepted', context),
        event,
        wakeAt: null,
      };
    },
  };
}

type Step = GuardStep<ToyMessage, ToyGuard>;

function receive(
  guard: ToyGuard | undefined,
  message: ToyMessage,
  context: GuardContext,
): GuardStep<ToyMessage, ToyGuard | undefined> {
  const { event, borrower, lender, key } = message;
  if (!guard && event.type !== 'requested') {
    const stranger: ToyGuard = {
      role: message.from === 'borrower' ? 'lender' : 'borrower',
      opening: { borrower, lender, group: '', qualifier: key },
      transaction: undefined,
      heard: [],
      said: 0,
    };
    const isReport = event.type === 'errorReported';
    const step = isReport ? quiet(stranger, 'noted') : report(stranger, 'unknown', context);
    return { ...step, guard: undefined };
  }
  const known: ToyGuard = guard ?? {
    role: 'lender',
    opening: { borrower, lender, group: '', qualifier: key },
    transaction: undefined,
    heard: [],
    said: 0,
  };
  if (known.heard.includes(message.id)) {
    return event.type === 'statusQueried' && known.transaction
      ? owe(
          known,
          [{ type: 'statusReported', from: known.role, state: known.transaction.state }],
          'repeat',
          context,
        )
      : quiet(known, 'repeat');
  }
  try {
    const transaction = advance(current(known, event), event);
    const moved = { ...known, transaction, heard: [...known.heard, message.id].slice(-50) };
    if (event.type === 'statusQueried') {
      return {
        ...owe(
          moved,
          [{ type: 'statusReported', from: known.role, state: transaction.state }],
          'accepted',
          context,
        ),
        event,
      };
    }
    return { ...quiet(moved, 'accepted'), event, ...wake(event) };
  } catch (error) {
    if (!isInterlendError(error)) throw error;
    return context.isStrict ? report(known, error.code, context) : quiet(known, 'noted', [error.message]);
  }
}

function wake(event: LendingEvent): Pick<Step, 'wakeAt'> {
  if (event.type !== 'requested' || event.request.needBefore === undefined) return {};
  return { wakeAt: new Date(`${event.request.needBefore}T23:59:59Z`) };
}

function current(guard: ToyGuard, event: LendingEvent): Transaction {
  if (guard.transaction) return guard.transaction;
  if (event.type === 'requested') return newTransaction(guard.role, event.request);
  throw new StateError(`${event.type} is not allowed before the request`, {
    state: 'idle',
    event: event.type,
    allowed: ['requested'],
  });
}

function quiet(guard: ToyGuard, verdict: Step['verdict'], warnings: readonly string[] = []): Step {
  return { guard, verdict, replies: [], warnings };
}

function owe(
  guard: ToyGuard,
  events: readonly LendingEvent[],
  verdict: Step['verdict'],
  { now }: GuardContext,
): Step {
  const { role, opening } = guard;
  const replies = events.map((event, index) => ({
    id: `${role}-${guard.said + index}-${now.getTime()}`,
    key: opening.qualifier,
    from: role,
    borrower: opening.borrower,
    lender: opening.lender,
    event,
  }));
  return { guard: { ...guard, said: guard.said + events.length }, verdict, replies, warnings: [] };
}

function report(guard: ToyGuard, problem: string, context: GuardContext): Step {
  return owe(guard, [{ type: 'errorReported', from: guard.role, problem }], 'refused', context);
}

function isToyMessage(value: unknown): value is ToyMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'event' in value &&
    'key' in value &&
    'id' in value &&
    'from' in value
  );
}

function parse(bytes: Uint8Array): ToyMessage {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new DecodeError('malformed', 'line is not JSON', { offset: 0 }, { cause });
  }
  if (!isToyMessage(value))
    throw new DecodeError('badly-structured', 'line is no toy message', { offset: 0 });
  return value;
}

function createFramer(): Framer {
  let held = new Uint8Array();
  return {
    push(chunk) {
      held = new Uint8Array(Buffer.concat([held, chunk]));
      const frames: Uint8Array[] = [];
      for (let end = held.indexOf(10); end >= 0 && held[0] === 0x7b; end = held.indexOf(10)) {
        frames.push(held.slice(0, end + 1));
        held = held.slice(end + 1);
      }
      if (held.length > 0 && held[0] !== 0x7b)
        throw new DecodeError('not-a-message', 'line does not begin with {', { offset: 0 });
      if (held.length > longestLine)
        throw new DecodeError('limit', 'line is too long', { offset: longestLine });
      return frames;
    },
    end() {
      if (held.length > 0)
        throw new DecodeError('incomplete', 'stream ends within a line', { offset: held.length });
    },
    get heldOctets() {
      return held.length;
    },
  };
}

function capabilities(protocol: string, localOnly: readonly LendingEventType[]): Capabilities {
  const roles: readonly Role[] = ['borrower', 'lender'];
  return {
    protocol,
    events: localOnly.flatMap((event) =>
      roles.map((from) => ({
        event,
        from,
        ability: { can: 'local-only', why: 'the toy has no word for it', evidence: 'documented' } as const,
      })),
    ),
  };
}
