import { generate } from 'selfsigned';

/** A certificate and its key as PEM, made for one test run. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

const ellipticCurve = { keyType: 'ec', algorithm: 'sha256' } as const;

/** An authority that can sign. */
export async function makeAuthority(name: string): Promise<TestCertificate> {
  const made = await generate([{ name: 'commonName', value: name }], {
    ...ellipticCurve,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** A certificate of a machine. Without an authority it signs itself. */
export async function makeCertificate(
  name: string,
  options: {
    readonly authority?: TestCertificate;
    readonly names?: readonly string[];
    readonly isExpired?: boolean;
    readonly passphrase?: string;
  } = {},
): Promise<TestCertificate> {
  const { authority, names = ['localhost', '127.0.0.1'], isExpired = false, passphrase } = options;
  const made = await generate([{ name: 'commonName', value: name }], {
    ...ellipticCurve,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: names.map((each) =>
          /^[\d.]+$/.test(each) ? { type: 7, ip: each } : { type: 2, value: each },
        ),
      },
    ],
    ...(authority ? { ca: authority } : {}),
    ...(isExpired ? { notBeforeDate: new Date('2001-01-01'), notAfterDate: new Date('2002-01-01') } : {}),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return { cert: made.cert, key: made.private };
}
