import { generate } from 'selfsigned';

/** What a peer shows and what it trusts, as PEM. */
export interface PeerCredentials {
  readonly certificate: string;
  readonly key: string;
  /** Who signed the certificates of all peers of a run. */
  readonly authority: string;
}

const ellipticCurve = { keyType: 'ec', algorithm: 'sha256' } as const;

/** Makes an authority that lives as long as the run, and what each name needs for TLS. Every certificate names loopback as well. */
export async function makeCredentials(
  names: readonly string[],
): Promise<ReadonlyMap<string, PeerCredentials>> {
  const authority = await generate([{ name: 'commonName', value: 'Interlend conformance run' }], {
    ...ellipticCurve,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const credentials = new Map<string, PeerCredentials>();
  for (const name of names) {
    const made = await generate([{ name: 'commonName', value: name }], {
      ...ellipticCurve,
      ca: { cert: authority.cert, key: authority.private },
      extensions: [
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: name },
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    });
    credentials.set(name, { certificate: made.cert, key: made.private, authority: authority.cert });
  }
  return credentials;
}
