import type { Evidence } from '@interlend/core';
import type { SlnpCommand, SlnpFields } from './message.js';

/** What is known of a parameter. */
export interface Parameter {
  readonly need: 'mandatory' | 'optional';
  readonly evidence: Evidence;
  /** The only values, where they are few and known. */
  readonly values?: readonly string[];
  /** `secret` is never shown, `personal` is a reader's. */
  readonly shows?: 'secret' | 'personal';
}

interface Details {
  readonly values?: readonly string[];
  readonly shows?: 'secret' | 'personal';
}

/** A parameter without which the command is refused. */
export function mandatory<const More extends Details = Record<never, never>>(
  evidence: Evidence,
  more: More = {} as More,
): { readonly need: 'mandatory'; readonly evidence: Evidence } & More {
  return { need: 'mandatory', evidence, ...more };
}

/** A parameter that may be absent; empty and blank count as absent. */
export function optional<const More extends Details = Record<never, never>>(
  evidence: Evidence,
  more: More = {} as More,
): { readonly need: 'optional'; readonly evidence: Evidence } & More {
  return { need: 'optional', evidence, ...more };
}

type Rows = Readonly<Record<string, Parameter>>;

type ValueOf<Row> = Row extends { readonly values: readonly (infer Value extends string)[] } ? Value : string;

/** The parameters of a command as its table says. Others may be there as well: a partner knows more than the table. */
export type ParametersOf<Table extends Rows> = {
  readonly [Name in keyof Table as Table[Name]['need'] extends 'mandatory' ? Name : never]: ValueOf<
    Table[Name]
  >;
} & {
  readonly [Name in keyof Table as Table[Name]['need'] extends 'mandatory' ? never : Name]?:
    | ValueOf<Table[Name]>
    | undefined;
};

/** A command of the wire: its name and its parameters. */
export interface CommandTable<Name extends string = string, Table extends Rows = Rows> {
  readonly name: Name;
  readonly evidence: Evidence;
  readonly parameters: Table;
  /** A message of this command. */
  create(parameters: ParametersOf<Table> & { readonly [other: string]: string | undefined }): SlnpCommand;
}

/** Names a command and its parameters once. */
export function command<const Name extends string, const Table extends Rows>(
  name: Name,
  evidence: Evidence,
  parameters: Table,
): CommandTable<Name, Table> {
  return {
    name,
    evidence,
    parameters,
    create: (values) => ({ kind: 'command', command: name, parameters: present(values) }),
  };
}

/** The fields that have a value. */
export function present(fields: Readonly<Record<string, string | undefined>>): SlnpFields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

/** The parameters of a command that has passed {@link findFault} with this table. */
export function parametersOf<Name extends string, Table extends Rows>(
  _table: CommandTable<Name, Table>,
  { parameters }: SlnpCommand,
): ParametersOf<Table> {
  return parameters as ParametersOf<Table>;
}

/** What keeps a command from being understood. */
export type CommandFault =
  | { readonly kind: 'unknown-command'; readonly command: string }
  | { readonly kind: 'missing-parameter'; readonly parameter: string }
  | { readonly kind: 'invalid-value'; readonly parameter: string };

/** The first fault of a command: command known, mandatory parameters, values, in this order. */
export function findFault(
  { command: name, parameters }: SlnpCommand,
  tables: readonly CommandTable[],
): CommandFault | undefined {
  const table = tables.find((candidate) => candidate.name === name);
  if (!table) return { kind: 'unknown-command', command: name };
  const rows = Object.entries(table.parameters);
  const missing = rows.find(([key, { need }]) => need === 'mandatory' && !parameters[key]);
  if (missing) return { kind: 'missing-parameter', parameter: missing[0] };
  const invalid = rows.find(([key, { values }]) => {
    const value = parameters[key];
    return value !== undefined && values !== undefined && !values.includes(value);
  });
  return invalid && { kind: 'invalid-value', parameter: invalid[0] };
}
