import * as art from '@interlend/artemail';
import { parseSymbol } from '@interlend/core';
import * as slnp from '@interlend/slnp';
import type { Live, LiveCast, LiveTransport } from './live.js';
import { slnpRewriting } from './slnp-rewriting.js';

export const isoIllLive: Live = {
  transports: new Map<string, LiveTransport>([
    ['1611', { manner: 'one-way', requirements: [] }],
    ['499', { manner: 'two-way', requirements: ['two-way-connection'] }],
  ]),
};

export const slnpLive: Live = {
  transports: new Map<string, LiveTransport>([['tcp', { manner: 'answered', requirements: [] }]]),
  particulars: {
    reader: { written: '4711', title: 'number of a reader of the borrowing library' },
    customer: { written: 'NB-0001', title: 'number of the borrowing library at the lender' },
    record: { written: 'BV000000001', title: 'number of a catalogue record that the lender has' },
  },
  rewriting: slnpRewriting,
  sessions: {
    serve: (connection, answer, signal) =>
      slnp.serveSession(connection, { role: 'hub', rules: slnp.rulesFor(undefined), answer }, signal),
    ask: async (message, connector, address, signal) =>
      (await slnp.askOnce(message, { connector, address, signal })).bytes,
  },
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
        title: 'its password',
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
