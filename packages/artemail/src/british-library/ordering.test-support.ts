import type { LendingEvent } from '@interlend/core';
import type { PlainMail } from '@interlend/mail';
import type { MailGuard } from '../guard/guard.js';
import { artemail } from './artemail.js';
import type { ArtMessage } from './messages.js';

export const now = new Date('2024-03-04T12:00:00Z');
export const partner = {
  from: 'desk@library.example',
  to: 'artemail@bl.example',
  accounts: [{ customerCode: '12-3456', password: 'SECRET7' }],
  keywords: { service: ['S'], delivery: ['LOAN', 'PHOTO', 'SED99'], instructions: ['COPYRT'] },
};
export const context = { now, isStrict: false, partner };
export const automatic = { ...context, partner: { ...partner, replies: 'automatic' } };

export const request = {
  borrower: { symbol: 'EX:LIB' },
  lender: { symbol: 'EX:BL' },
  services: ['loan'],
  item: { kind: 'monograph', title: 'Über Beispiele', author: 'Jones' },
} as const;
export const asked = { type: 'requested', from: 'borrower', request } as const satisfies LendingEvent;

/** A transaction whose order was said. */
export function begun(qualifier = 'EX1001'): { readonly guard: MailGuard; readonly order: ArtMessage } {
  const start = artemail.begin({ borrower: 'EX:LIB', lender: 'EX:BL', group: 'G', qualifier });
  const step = artemail.say(start, asked, context);
  return { guard: step.guard, order: step.replies[0] as ArtMessage };
}

let serial = 0;
export const reply = (text: string, change: Partial<PlainMail> = {}): ArtMessage => ({
  kind: 'mail',
  mail: {
    from: 'artemail@bl.example',
    to: 'desk@library.example',
    subject: 'Replies',
    date: '2024-03-05T08:00:00Z',
    messageId: `<r${++serial}@bl.example>`,
    text,
    ...change,
  },
});
