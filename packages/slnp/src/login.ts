import { createHash, timingSafeEqual } from 'node:crypto';
import { ConfigError } from '@interlend/core';
import { ServerInit, SysParam } from './messages/commands.js';
import type { SlnpCommand } from './messages/message.js';
import type { CommandTable } from './messages/parameters.js';
import type { SlnpRules } from './profiles/rules.js';

/** Who logs in. Never shown. */
export interface Login {
  /** `Kennung` or `LoginKennung`. */
  readonly user: string;
  readonly password?: string;
  /** `Datenbank`, older scheme. */
  readonly database?: string;
  /** `ZweigStelle`, newer scheme. */
  readonly branch?: string;
}

/** The commands that log in. */
export const loginCommands: readonly CommandTable[] = [ServerInit, SysParam];

/** Whether a command logs in: what stands in it is never kept or shown. */
export function isLogin(command: string | undefined): boolean {
  return loginCommands.some(({ name }) => name === command);
}

/** Whether a command that logs in says exactly what is expected. */
export function matchesLogin({ command, parameters }: SlnpCommand, expected: Login): boolean {
  const scheme = command === ServerInit.name ? ServerInit.name : SysParam.name;
  const wanted = Object.entries(loginCommand(scheme, expected)?.parameters ?? {});
  // Each is compared, so that the time tells little about how much of it was right.
  return wanted.filter(([name, value]) => !isSameSecret(parameters[name] ?? '', value)).length === 0;
}

function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** The command that logs in; none where no login is known. @throws ConfigError when the login is not given */
export function loginCommand(scheme: SlnpRules['login'], login: Login | undefined): SlnpCommand | undefined {
  if (scheme === 'none') return undefined;
  if (!login)
    throw new ConfigError(`login: expected one, because the profile says ${scheme}`, {
      key: 'login',
      accepted: 'user, and what else the server wants',
    });
  return scheme === 'SLNPServerInit'
    ? ServerInit.create({ Kennung: login.user, Datenbank: login.database })
    : SysParam.create({
        LoginKennung: login.user,
        ZweigStelle: login.branch,
        ParTyp: 'BiblAllgemein',
        SIASPasswort: login.password,
      });
}

/** In the newer scheme every command names who speaks. */
export function withLogin(
  command: SlnpCommand,
  scheme: SlnpRules['login'],
  login: Login | undefined,
): SlnpCommand {
  if (scheme !== 'SLNPSysParam' || !login) return command;
  return {
    ...command,
    parameters: {
      LoginKennung: login.user,
      ...(login.branch !== undefined && { ZweigStelle: login.branch }),
      ...command.parameters,
    },
  };
}
