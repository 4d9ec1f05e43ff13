import type { RandomSource } from '@interlend/core';
import type { Reader } from './reader.js';
import type { BerType } from './type.js';
import type { Writer } from './writer.js';

/** What a constraint adds to a type. */
export interface Constraint<Value> {
  /** Code of the deviation. */
  readonly code: string;
  readonly clause?: string;
  /** What is wrong with a value, or `undefined`. */
  readonly explain: (value: Value) => string | undefined;
  /** Random values that satisfy the constraint. */
  readonly sample: (random: RandomSource, budget: number) => Value;
  /** False where values that break the rule are written as they are, because the field has outgrown the rule. */
  readonly isEnforcedOnWrite?: boolean;
}

/** A type with a rule on its values: breaking it is a deviation when reading, an error when writing. */
export function constrained<Value>(type: BerType<Value>, constraint: Constraint<Value>): BerType<Value> {
  const check = (reader: Reader, value: Value, start: number): Value => {
    const complaint = constraint.explain(value);
    if (complaint !== undefined) reader.deviate(constraint.code, complaint, constraint.clause, start);
    return value;
  };
  const require = (writer: Writer, value: Value): void => {
    const complaint = constraint.isEnforcedOnWrite === false ? undefined : constraint.explain(value);
    if (complaint !== undefined) writer.fail('invalid-value', complaint);
  };
  return {
    ...type,
    readContents(reader, length, isConstructed) {
      const start = reader.position;
      return check(reader, type.readContents(reader, length, isConstructed), start);
    },
    readTagged: (reader, headerStart) => check(reader, type.readTagged(reader, headerStart), headerStart),
    writeContents(writer, value) {
      type.writeContents(writer, value);
      require(writer, value);
    },
    write(writer, value) {
      type.write(writer, value);
      require(writer, value);
    },
    sample: constraint.sample,
  };
}
