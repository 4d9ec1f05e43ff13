import type { Plan } from '@interlend/conformance';
import { ConfigError } from '@interlend/core';
import { InvalidArgumentError } from 'commander';

/** Values by name. */
export type Values = Readonly<Record<string, string>>;

/** Collects `NAME=VALUE`. @throws InvalidArgumentError */
export function collectValue(text: string, before: Values | undefined): Values {
  const [, name, value] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Expected NAME=VALUE, for instance reader=4711.');
  }
  return { ...before, [name]: value };
}

/**
 * The given values and the secret ones, which come by environment.
 *
 * @throws ConfigError when a secret one was given for everybody to see
 */
export function valuesOf(
  plan: Plan,
  given: Values,
  environment: Readonly<Record<string, string | undefined>>,
): Values {
  const secret: Record<string, string> = {};
  for (const [name, { variable }] of particularsIn(plan)) {
    if (variable === undefined) continue;
    if (given[name] !== undefined) {
      const accepted = `it in the variable ${variable}`;
      throw new ConfigError(`--value ${name}: expected ${accepted}`, { key: 'value', accepted });
    }
    const value = environment[variable];
    if (value !== undefined && value !== '') secret[name] = value;
  }
  return { ...given, ...secret };
}

/** What of the conversations may be otherwise, a line each. */
export function* listOfValues(plan: Plan): Generator<string> {
  for (const [name, { written, title, variable }] of particularsIn(plan)) {
    yield variable === undefined
      ? `value     ${name}=${written}  ${title}\n`
      : `value     ${name}, in ${variable}  ${title}\n`;
  }
}

function particularsIn({ scenarios: [first] }: Plan) {
  return Object.entries(first?.put.live?.particulars ?? {});
}
