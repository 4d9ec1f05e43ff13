import { formatMail, messageIdFor, parsePlainMail, relatedKeys } from '@interlend/mail';
import { listenForMail, sendMail } from '@interlend/mail/smtp';

const arrived: Uint8Array[] = [];
const here = { host: '127.0.0.1', port: 0 };
const listening = await listenForMail(
  here,
  { isRecipient: (to) => to === 'ill@partner.example' },
  async ({ raw }) => {
    // Whoever commits in here loses nothing: the sender is told when this promise resolves.
    arrived.push(raw);
  },
);

const asked = messageIdFor({ key: 'LOAN-1', serial: 1, domain: 'library.example' });
const octets = formatMail({
  from: 'desk@library.example',
  to: 'ill@partner.example',
  subject: 'Re: your letter',
  messageId: messageIdFor({ key: 'LOAN-1', serial: 2, domain: 'library.example' }),
  inReplyTo: asked,
  text: '.a line that begins with a dot\n',
});
const envelope = { from: 'desk@library.example', to: 'ill@partner.example' };
const sent = await sendMail(octets, envelope, { server: { ...listening.address, security: 'none' } });

const [raw = new Uint8Array()] = arrived;
console.log(sent.outcome, Buffer.from(raw).equals(Buffer.from(octets)));
console.log(parsePlainMail(raw).text, relatedKeys(parsePlainMail(raw)));
await listening.close();
