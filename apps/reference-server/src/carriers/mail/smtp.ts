import { readFileSync } from 'node:fs';
import type { Listening } from '@interlend/core';
import { isSameAddress } from '@interlend/mail';
import { listenForMail } from '@interlend/mail/smtp';
import { faultOf } from '../../logger.js';
import type { Carrier, Inward } from '../carrier.js';
import { mailCarrier } from './hand-over.js';
import { addressesOf } from './mail-addresses.js';

/** Mails come in by SMTP, from a mail server or from the partner itself. `250` is said when they are on disk. */
export const smtp: Carrier = { ...mailCarrier, listen };

function listen({ protocol, settings, own, clock, logger, accept }: Inward): Promise<Listening> {
  const { host, port, tls, transport } = settings;
  return listenForMail(
    { host, port },
    {
      isRecipient: (address) => addressesOf(own()).some((mailbox) => isSameAddress(mailbox, address)),
      ...(tls === undefined
        ? {}
        : {
            tls: { cert: readFileSync(tls.certificateFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') },
          }),
      connections: settings.connections,
      connectionsPerAddress: settings.connectionsPerAddress,
      idleMs: settings.idleMs,
      messageMs: settings.messageMs,
      onError: (error, peer) => {
        logger.warn({ from: peer, ...faultOf(error) }, 'mail was not taken');
      },
    },
    async ({ raw, peer }) => {
      await accept({ protocol: protocol.name, transport, from: peer, at: clock.now(), raw });
    },
  );
}
