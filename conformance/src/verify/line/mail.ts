import { parsePlainMail, toPlainForm } from '@interlend/mail';
import { listenForMail, type MailServer, sendMail } from '@interlend/mail/smtp';
import { HarnessError } from '../../run/checks.js';
import type { Carrier, Ears, Reach } from './carrier.js';

/** What a mail server says first, RFC 5321 4.3.1. */
const ready = /^220[ -]/;
const decoder = new TextDecoder('latin1');

/** Mails, handed to the partner's mail server and taken from whoever brings its own. */
export function mail(reach: Reach, ears: () => Ears): Carrier {
  const { connector, target, put, takesWithinMs, mail: security = {} } = reach;
  const partner = put.world?.partner;
  const server: MailServer = {
    ...target,
    security: security.to === 'starttls' ? 'required' : (security.to ?? 'none'),
    ...(security.ca === undefined ? {} : { ca: security.ca }),
    ...(security.serverName === undefined ? {} : { serverName: security.serverName }),
  };

  return {
    hearsWithoutListener: false,
    listen: (at) =>
      listenForMail(
        at,
        {
          // Whatever the partner believes our address to be, its mail is evidence.
          isRecipient: () => true,
          ...(security.own ? { tls: { ...security.own, isRequired: true } } : {}),
          onError: (error) => ears().noteTrouble(error.message),
        },
        async ({ raw, peer }) => {
          try {
            ears().arrivals.put({ bytes: await toPlainForm(raw) });
          } catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            ears().arrivals.put({ problem: `a mail that cannot be read came from ${peer}: ${why}` });
          }
        },
      ),
    knock,
    async say(bytes) {
      const { from, to } = parsePlainMail(bytes);
      const sealed = put.protocol.seal?.(bytes, partner) ?? bytes;
      const sent = await sendMail(sealed, { from, to }, { server, timeoutMs: takesWithinMs });
      if (sent.outcome === 'maybe-delivered') throw sent.cause;
      ears().noteLife();
    },
    reset: () => undefined,
  };

  /** Whether a mail server greets there; TLS shows with the first mail. */
  async function knock(): Promise<void> {
    const connection = await connector.open(target, { timeoutMs: takesWithinMs });
    try {
      if (security.to === 'implicit') return;
      const first = await connection
        .receive({ signal: AbortSignal.timeout(takesWithinMs) })
        .catch(() => undefined);
      const line = first ? decoder.decode(first) : '';
      if (!ready.test(line))
        throw new HarnessError('no mail server greets there: expected 220, came nothing like it');
      await connection.send(new TextEncoder().encode('QUIT\r\n'));
      await connection.end();
    } finally {
      await connection.close();
    }
  }
}
