import { PeerError } from '@interlend/core';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { formatMail } from '../format-mail.js';
import { sample } from '../mail-samples.test-support.js';
import type { ArrivedMail } from './listen.js';
import { sendMail } from './send.js';
import { behindTls, closeAll, envelope, listen, raw, to } from './smtp.test-support.js';

afterEach(closeAll);

const name = 'mx.partner.example';
const certificate = async (): Promise<{ readonly cert: string; readonly key: string }> => {
  const made = await generate([{ name: 'commonName', value: name }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  return { cert: made.cert, key: made.private };
};

describe('a mail from sender to listener', () => {
  it('arrives octet for octet', async () => {
    const arrived: ArrivedMail[] = [];
    const server = await listen(async (mail) => {
      arrived.push(mail);
    });
    const tricky = formatMail({
      ...sample,
      text: `.\n..\n.dot\nFrom here\n  blank first\ntrailing blank \n\n\n\n${'x'.repeat(998)}\nNNNN\n`,
    });
    expect(await sendMail(tricky, envelope, to(server))).toMatchObject({ outcome: 'delivered' });
    expect(Buffer.from(arrived[0]?.raw ?? []).equals(Buffer.from(tricky))).toBe(true);
    expect(arrived[0]).toMatchObject({ envelopeFrom: envelope.from, envelopeTo: [envelope.to] });
  });

  it('is not acknowledged before it is kept', async () => {
    let keep = (): void => {};
    const kept = new Promise<void>((resolve) => {
      keep = resolve;
    });
    const events: string[] = [];
    const server = await listen(async () => {
      await kept;
      events.push('kept');
    });
    const sending = sendMail(raw, envelope, to(server)).then(() => events.push('acknowledged'));
    keep();
    await sending;
    expect(events).toEqual(['kept', 'acknowledged']);
  });

  it('is deferred when it could not be kept', async () => {
    const errors: Error[] = [];
    const server = await listen(() => Promise.reject(new Error('disk full')), {
      onError: (error) => errors.push(error),
    });
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({
      name: 'PeerError',
      retryable: true,
      wireCode: '451 4.3.0 not kept, try again',
    });
    expect(errors.map(({ message }) => message)).toEqual(['disk full']);
  });

  it('is refused where there is no such mailbox, for good', async () => {
    const server = await listen(async () => {});
    const wrong = { ...envelope, to: 'who@elsewhere.example' };
    const error = await sendMail(raw, wrong, to(server)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PeerError);
    expect(error).toMatchObject({ retryable: false, wireCode: '550 5.1.1 no such mailbox here' });
  });

  it('is refused when it is too large', async () => {
    const server = await listen(async () => {}, { messageOctets: 100 });
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({
      name: 'PeerError',
      retryable: false,
    });
  });

  it('travels encrypted, and only where the certificate is known', async () => {
    const pems = await certificate();
    const arrived: ArrivedMail[] = [];
    const server = await listen(
      async (mail) => {
        arrived.push(mail);
      },
      { tls: { cert: pems.cert, key: pems.key, isRequired: true } },
    );
    const known = { security: 'required', ca: pems.cert, serverName: name } as const;
    await sendMail(raw, envelope, to(server, known));
    expect(arrived[0]?.isEncrypted).toBe(true);
    await expect(
      sendMail(raw, envelope, to(server, { ...known, ca: undefined as never })),
    ).rejects.toMatchObject({
      name: 'TransportError',
      code: 'tls',
      retryable: true,
      maybeDelivered: false,
      message: expect.stringContaining('is not trusted: '),
    });
    await expect(sendMail(raw, envelope, to(server))).rejects.toMatchObject({ name: 'PeerError' });
    expect(arrived).toHaveLength(1);
  });

  it('goes through TLS from the first octet', async () => {
    const arrived: ArrivedMail[] = [];
    const own = await certificate();
    const inner = await listen(async (mail) => {
      arrived.push(mail);
    });
    const server = await behindTls(inner, own);
    const known = { security: 'implicit', ca: own.cert, serverName: name } as const;
    expect(await sendMail(raw, envelope, to(server, known))).toMatchObject({ outcome: 'delivered' });
    expect(Buffer.from(arrived[0]?.raw ?? []).equals(Buffer.from(raw))).toBe(true);
    // Whoever expects STARTTLS is not understood there.
    await expect(
      sendMail(raw, envelope, { ...to(server, { ...known, security: 'required' }), timeoutMs: 500 }),
    ).rejects.toMatchObject({ maybeDelivered: false });
    expect(arrived).toHaveLength(1);
  });

  it.each([
    ['of an authority that is not known', async () => ({ serverName: name })],
    [
      'that somebody else made for the name',
      async () => ({ ca: (await certificate()).cert, serverName: name }),
    ],
    ['of another name', async (own: string) => ({ ca: own, serverName: 'mx.other.example' })],
  ])('is not said to a server with a certificate %s', async (_, options) => {
    const own = await certificate();
    const arrived: ArrivedMail[] = [];
    const inner = await listen(async (mail) => {
      arrived.push(mail);
    });
    const server = await behindTls(inner, own);
    const mistaken = { security: 'implicit', ...(await options(own.cert)) } as const;
    await expect(sendMail(raw, envelope, to(server, mistaken))).rejects.toMatchObject({
      name: 'TransportError',
      code: 'tls',
      maybeDelivered: false,
    });
    expect(arrived).toEqual([]);
  });
});
