import { type Listening, TransportError } from '@interlend/core';
import { watchMailbox } from '@interlend/mail/imap';
import { faultOf } from '../../logger.js';
import type { Carrier, Inward } from '../carrier.js';
import { mailCarrier, readPem } from './hand-over.js';

const pausesMs = [1000, 5000, 30_000, 86_400_000] as const;

/** Mails come in by IMAP, from a mailbox of our own. They are marked as read, or moved, when they are on disk. */
export const imap: Carrier = { ...mailCarrier, readsMailbox: true, listen };

async function listen({ protocol, settings, clock, logger, accept }: Inward): Promise<Listening> {
  const { host, port, transport, mailbox } = settings;
  if (!mailbox)
    throw new TransportError('refused', 'a mailbox needs a login', {
      peer: `${host}:${port}`,
      phase: 'listen',
    });
  const { user, password, name, moveTo, security, caFile, usesIdle, pollMs, retryMs } = mailbox;
  const watching = watchMailbox(
    {
      host,
      port,
      security,
      login: { user, password },
      mailbox: name,
      usesIdle,
      pollMs,
      pausesMs: pausesMs.map((pause) => Math.min(pause, retryMs)),
      ...(moveTo === undefined ? {} : { moveTo }),
      ...readPem(`listeners.${port}.mailbox.caFile`, caFile),
      onEvent: (event) => {
        if (event.type === 'watching') logger.info({ mailbox: name, host }, 'mailbox is watched');
        else if (event.type === 'too-large')
          logger.warn({ uid: event.uid, octets: event.octets }, 'mail is too large');
        else logger.warn({ mailbox: name, host, ...faultOf(event.cause) }, `mailbox: ${event.type}`);
      },
    },
    async ({ raw }) => {
      await accept({ protocol: protocol.name, transport, from: `${host}:${port}`, at: clock.now(), raw });
    },
  );
  return { address: { host, port }, close: () => watching.close() };
}
