import type { Capabilities } from '@interlend/core';

const noCommand = 'SLNP has no command for it';

/** What SLNP can say between two libraries, of which neither ever speaks with the other: the central server does. */
export const capabilities: Capabilities = {
  protocol: 'slnp',
  events: [
    {
      event: 'requested',
      from: 'borrower',
      ability: {
        can: 'yes',
        by: 'SLNPFLBestellung, said by the central server; a library has no command of its own for it',
        evidence: 'documented',
      },
    },
    {
      event: 'willSupply',
      from: 'lender',
      ability: {
        can: 'local-only',
        why: 'the reply to SLNPFLBestellung AFL has said so already, and no command says it later',
        evidence: 'documented',
      },
    },
    {
      event: 'shipped',
      from: 'lender',
      ability: {
        can: 'yes',
        by: 'SLNPInfo2FLServer Shipped, which reaches the borrower as SLNPPFLDatenAenderung',
        evidence: 'documented',
      },
    },
    {
      event: 'unfilled',
      from: 'lender',
      ability: {
        can: 'yes',
        by: 'SLNPInfo2FLServer NotAvailable, or 510 to SLNPFLBestellung AFL; the borrower is not told',
        evidence: 'documented',
      },
    },
    {
      event: 'received',
      from: 'borrower',
      ability: { can: 'local-only', why: `${noCommand}: the lender never learns it`, evidence: 'documented' },
    },
    {
      event: 'returned',
      from: 'borrower',
      ability: {
        can: 'yes',
        by: 'SLNPInfo2FLServer Return, which the central server keeps to itself',
        evidence: 'documented',
      },
    },
    {
      event: 'checkedIn',
      from: 'lender',
      ability: {
        can: 'local-only',
        why: `${noCommand}: the borrower never learns it`,
        evidence: 'documented',
      },
    },
    {
      event: 'errorReported',
      from: 'borrower',
      ability: { can: 'yes', by: 'a reply of class 5, said by the central server', evidence: 'documented' },
    },
    {
      event: 'errorReported',
      from: 'lender',
      ability: { can: 'yes', by: 'a reply of class 5, said by the central server', evidence: 'documented' },
    },
  ],
};
