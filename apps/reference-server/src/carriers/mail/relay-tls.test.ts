import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { parsePlainMail } from '@interlend/mail';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, temporaryFolder } from '../../test-server.test-support.js';
import {
  anywhere,
  britishLibraryAt,
  closeAll,
  opened,
  partner,
  postOffice,
  request,
  start,
} from './rehearsal.test-support.js';

afterEach(closeAll);

const name = 'mx.bl.example';

/** A mail server that speaks TLS from the first octet, and a server that orders through it. */
async function ordering(knowsAuthority: boolean) {
  const made = await generate([{ name: 'commonName', value: name }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  const folder = temporaryFolder();
  opened({ close: async () => folder.remove() });
  const caFile = join(folder.path, 'authority.pem');
  writeFileSync(caFile, made.cert);
  const arrived: Uint8Array[] = [];
  const office = await postOffice(async (raw) => {
    arrived.push(raw);
  });
  const gate = createServer({ cert: made.cert, key: made.private }, (outer) => {
    const inner = connect(office.address.port, office.address.host);
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  gate.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => gate.listen(0, anywhere.host, resolve));
  opened({ close: () => new Promise<void>((resolve) => gate.close(() => resolve())) });
  const { port } = gate.address() as AddressInfo;
  const server = await start('EX:LIB', {
    listeners: [],
    peers: [
      {
        ...britishLibraryAt({ host: anywhere.host, port }),
        relay: { security: 'implicit' },
        tls: { serverName: name, ...(knowsAuthority && { caFile }) },
      },
    ],
  });
  await server.desk.borrow(request('EX:BL'));
  return { server, arrived };
}

describe('a mail server that speaks TLS from the first octet', () => {
  it('takes an order when its certificate is known', async () => {
    const { arrived } = await ordering(true);
    const order = await eventually(async () => arrived[0]);
    expect(parsePlainMail(order)).toMatchObject({ from: partner.from, to: partner.to });
  });

  it('gets nothing when nobody knows its authority: the order waits', async () => {
    const { server, arrived } = await ordering(false);
    const item = await eventually(async () =>
      (await server.store.outbox()).find(({ attempts }) => attempts > 0),
    );
    expect(item.state).toBe('waiting');
    expect(arrived).toEqual([]);
  });
});
