import { StateError } from './errors.js';
import type { Evidence } from './evidence.js';

/** One row of a state table. */
export interface Row<
  State extends string = string,
  Event extends string = string,
  Predicate extends string = string,
> {
  readonly from: State;
  readonly on: Event;
  /** Name of the predicate that must hold for the row to apply. */
  readonly when?: Predicate;
  readonly to: State;
  /** What is owed to the other side as a consequence. The interpreter hands it on and sends nothing. */
  readonly send?: string;
  readonly evidence?: Evidence;
  readonly note?: string;
}

/** A state table and what is needed to read it. */
export interface MachineDefinition<
  State extends string,
  Event extends string,
  Predicate extends string,
  Facts,
> {
  readonly name: string;
  readonly states: readonly State[];
  readonly initial: State;
  /** States from which no progress is expected; a later message may still be answered in them. */
  readonly terminal: readonly State[];
  readonly rows: readonly Row<State, Event, Predicate>[];
  /** Meaning of the names in {@link Row.when}. */
  readonly predicates: Readonly<Record<Predicate, (facts: Facts) => boolean>>;
}

/** A state table ready for use. Pure: it holds no current state. */
export interface Machine<State extends string, Event extends string, Predicate extends string, Facts>
  extends MachineDefinition<State, Event, Predicate, Facts> {
  /** The row that applies, or `undefined` when the table lists none. */
  find(state: State, event: Event, facts: Facts): Row<State, Event, Predicate> | undefined;
  /** The row that applies. @throws StateError `not-allowed-now`, listing what is allowed. */
  step(state: State, event: Event, facts: Facts): Row<State, Event, Predicate>;
  /** Events with a row in this state, in table order, each once. */
  allowed(state: State, facts: Facts): readonly Event[];
}

/**
 * Indexes a state table. Two rows for the same state and event must differ in their predicate; the first whose
 * predicate holds applies.
 *
 * @throws Error when a row names an unknown state or predicate, stands twice or can never apply: a fault of the table,
 * not of its user
 */
export function createMachine<State extends string, Event extends string, Predicate extends string, Facts>(
  definition: MachineDefinition<State, Event, Predicate, Facts>,
): Machine<State, Event, Predicate, Facts> {
  type TableRow = Row<State, Event, Predicate>;
  const index = new Map<State, Map<Event, TableRow[]>>(definition.states.map((state) => [state, new Map()]));
  for (const row of definition.rows) {
    const ofState = index.get(row.from);
    const name = `${definition.name}: row ${row.from} + ${row.on}`;
    if (!ofState || !index.has(row.to)) throw new Error(`${name} names an unknown state`);
    if (row.when !== undefined && !Object.hasOwn(definition.predicates, row.when))
      throw new Error(`${name} names an unknown predicate`);
    const rows = ofState.get(row.on);
    if (rows?.some((other) => other.when === row.when)) throw new Error(`${name} stands twice`);
    if (rows?.some((other) => other.when === undefined)) throw new Error(`${name} can never apply`);
    if (rows) rows.push(row);
    else ofState.set(row.on, [row]);
  }

  const applies = (row: TableRow, facts: Facts): boolean =>
    row.when === undefined || definition.predicates[row.when](facts);
  const find = (state: State, event: Event, facts: Facts): TableRow | undefined =>
    index
      .get(state)
      ?.get(event)
      ?.find((row) => applies(row, facts));
  const allowed = (state: State, facts: Facts): readonly Event[] =>
    [...(index.get(state) ?? [])]
      .filter(([, rows]) => rows.some((row) => applies(row, facts)))
      .map(([event]) => event);

  return {
    ...definition,
    find,
    allowed,
    step(state, event, facts) {
      const row = find(state, event, facts);
      if (row) return row;
      const list = allowed(state, facts);
      throw new StateError(
        `${definition.name}: ${event} is not allowed in state ${state}; allowed: ${list.join(', ') || 'nothing'}`,
        { state, event, allowed: list },
      );
    },
  };
}
