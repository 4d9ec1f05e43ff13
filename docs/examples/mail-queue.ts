import { PeerError } from '@interlend/core';
import { formatMail, messageIdFor } from '@interlend/mail';
import { listenForMail, sendMail } from '@interlend/mail/smtp';
import { createMemoryJournal, OutboundQueue } from '@interlend/transport/queue';

// A mail server that puts off the first attempt, as many do with a stranger.
let attempts = 0;
const office = await listenForMail({ host: '127.0.0.1', port: 0 }, { isRecipient: () => true }, async () => {
  if (++attempts === 1) throw new Error('not yet');
});

const envelope = { from: 'desk@library.example', to: 'ill@partner.example' };
const finished = Promise.withResolvers<void>();
const queue = new OutboundQueue({
  journal: createMemoryJournal(), // one that writes to disk outlives the process
  send: ({ bytes }, { signal }) =>
    sendMail(bytes, envelope, { server: { ...office.address, security: 'none' }, signal }),
  pausesMs: [10, 60_000],
  // A second copy of an order is a second order: where nobody knows, a person decides.
  onMaybeDelivered: 'review',
  onEvent: (event) => {
    const why = 'cause' in event && event.cause instanceof PeerError ? [event.cause.wireCode] : [];
    console.log(event.type, event.entry.id, ...why);
    if (event.type === 'delivered' || event.type === 'review') finished.resolve();
  },
});
await queue.resume();
const messageId = messageIdFor({ key: 'LOAN-1', serial: 1, domain: 'library.example' });
const bytes = formatMail({ ...envelope, subject: 'Request', messageId, text: 'Title: On Examples\n' });
await queue.add({ id: 'mail-1', transaction: 'LOAN-1', peer: 'partner', bytes });
await finished.promise;
await queue.close();
await office.close();
