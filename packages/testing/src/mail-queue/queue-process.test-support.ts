// node queue-process.test-support.ts JOURNAL PORT [COUNT]
// A queue of mails in a process of its own, to be killed: adds COUNT mails, sends what its journal holds, and tells on
// standard output what becomes of them.
import { formatMail, messageIdFor } from '@interlend/mail';
import { sendMail } from '@interlend/mail/smtp';
import { OutboundQueue } from '@interlend/transport/queue';
import { openFileJournal } from './file-journal.test-support.js';

const [file = '', port = '', count = '0'] = process.argv.slice(2);
const envelope = { from: 'desk@library.example', to: 'ill@partner.example' };
const server = { host: '127.0.0.1', port: Number(port), security: 'none' } as const;

const queue = new OutboundQueue({
  journal: openFileJournal(file),
  send: ({ bytes }, { signal }) => sendMail(bytes, envelope, { server, signal, timeoutMs: 5000 }),
  onMaybeDelivered: 'review',
  pausesMs: [50, 100, 200, 400, 800, 1600],
  onEvent: ({ type, entry }) => process.stdout.write(`${type} ${entry.id}\n`),
});
await queue.resume();
for (let serial = 1; serial <= Number(count); serial++) {
  const key = `LOAN-${serial}`;
  const messageId = messageIdFor({ key, serial: 1, domain: 'library.example' });
  const text = `.a line that begins with a dot\nFrom ${key}\n`;
  const bytes = formatMail({ ...envelope, subject: `Request ${key}`, messageId, text });
  await queue.add({ id: key, transaction: key, peer: 'partner', bytes });
}
