import { ConfigError } from '@interlend/core';
import { ServerInit, SysParam } from './messages/commands.js';
import type { SlnpCommand } from './messages/message.js';
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
