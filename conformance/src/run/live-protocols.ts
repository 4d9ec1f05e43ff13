import * as art from '@interlend/artemail';
import { type Protocol, parseSymbol, ruleValues } from '@interlend/core';
import * as slnp from '@interlend/slnp';
import { profiles } from '@interlend/slnp/profiles';
import type { Live, LiveCast, LiveProfile, LiveTransport } from './live.js';
import { slnpRewriting } from './slnp-rewriting.js';

export const isoIllLive: Live = {
  transports: new Map<string, LiveTransport>([
    ['1611', { manner: 'one-way', requirements: [] }],
    ['499', { manner: 'two-way', requirements: ['two-way-connection'] }],
  ]),
};

/** A central server that speaks, and is spoken to, by these rules. */
export function slnpLiveProfile(rules: slnp.SlnpRules): LiveProfile {
  return {
    protocol: {
      ...(slnp.slnp as Protocol<unknown, unknown>),
      correlate: (message) => slnp.correlate(message as slnp.SlnpMessage, rules.info2flserver),
    },
    rewriting: slnpRewriting(rules),
    sessions: {
      serve: (connection, answer, signal) =>
        slnp.serveSession(connection, { role: 'hub', rules, answer }, signal),
      ask: async (message, connector, address, signal) =>
        (await slnp.askOnce(message, { connector, address, signal, rules })).bytes,
    },
    waives: new Map([
      ...(rules.repeatedOrder === 'refuse'
        ? ([['repeated-order', 'By this profile the partner refuses an order that comes again']] as const)
        : []),
      ...(rules.emptyParameters === 'refuse'
        ? ([['blank-values', 'By this profile the partner refuses a parameter without a value']] as const)
        : []),
    ]),
  };
}

const { rewriting, sessions } = slnpLiveProfile(slnp.rulesFor(undefined));

export const slnpLive: Live = {
  transports: new Map<string, LiveTransport>([['tcp', { manner: 'answered', requirements: [] }]]),
  particulars: {
    reader: { written: '4711', title: 'number of a reader of the borrowing library' },
    customer: { written: 'NB-0001', title: 'number of the borrowing library at the lender' },
    record: { written: 'BV000000001', title: 'number of a catalogue record that the lender has' },
  },
  profiles: new Map(profiles.map((profile) => [profile.name, slnpLiveProfile(ruleValues(profile))])),
  ...(rewriting ? { rewriting } : {}),
  ...(sessions ? { sessions } : {}),
};

/** The mail addresses of the two libraries. */
function addresses({ own, partner }: LiveCast): { readonly from: string; readonly to: string } {
  return { from: parseSymbol(own).code, to: parseSymbol(partner).code };
}

const mails: ReadonlyMap<string, LiveTransport> = new Map([['smtp', { manner: 'mail', requirements: [] }]]);

/** What an account at the British Library was agreed to allow, whoever verifies. */
export interface ArtAgreement {
  readonly accounts: readonly { readonly customerCode: string; readonly password: string }[];
}

export function artemailLive(agreed: ArtAgreement): Live {
  const [account] = agreed.accounts;
  return {
    transports: mails,
    particulars: {
      account: { written: account?.customerCode ?? '', title: 'customer code at the British Library' },
      password: {
        written: account?.password ?? '',
        title: 'password of that account',
        variable: 'INTERLEND_ACCOUNT_PASSWORD',
      },
    },
    world: (cast) => {
      const { account: customerCode, password } = cast.particulars;
      return { partner: { ...agreed, ...addresses(cast), accounts: [{ customerCode, password }] } };
    },
    // Every file is reported on, whatever becomes of its orders.
    isAside: (message) => art.artemail.describe(message as art.ArtMessage) === 'File accepted',
  };
}

export function emailLive(agreed: object): Live {
  return { transports: mails, world: (cast) => ({ partner: { ...agreed, ...addresses(cast) } }) };
}
