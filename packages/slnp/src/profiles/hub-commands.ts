import { Info2FLServer } from '../messages/commands.js';
import { type CommandTable, command, mandatory, optional } from '../messages/parameters.js';
import type { Info2FLServerNames } from './rules.js';

/** What a library system says to a central server that gives the parameters these names. */
export function hubCommands(names: Info2FLServerNames): readonly CommandTable[] {
  const { status, orderId, side, ...others } = names;
  const { Status, BsTyp } = Info2FLServer.parameters;
  return [
    command(Info2FLServer.name, Info2FLServer.evidence, {
      [status]: mandatory('chosen', { values: Status.values }),
      [orderId]: mandatory('chosen'),
      [side]: mandatory('chosen', { values: BsTyp.values }),
      ...Object.fromEntries(Object.values(others).map((name) => [name, optional('chosen')])),
    }),
  ];
}
