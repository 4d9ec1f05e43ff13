import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Files of a certificate for loopback. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** An authority and certificates signed by it, made for one test, as files in a folder. */
export async function writeCertificates<Name extends string>(
  folder: string,
  names: readonly Name[],
): Promise<{ readonly ca: string; readonly of: Readonly<Record<Name, CertificateFiles>> }> {
  const kind = { keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Region of a test' }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const entries = await Promise.all(
    names.map(async (name): Promise<[Name, CertificateFiles]> => {
      const made = await generate([{ name: 'commonName', value: name }], {
        ...kind,
        extensions: [
          {
            name: 'subjectAltName',
            altNames: [
              { type: 2, value: 'localhost' },
              { type: 7, ip: '127.0.0.1' },
            ],
          },
        ],
        ca: { cert: authority.cert, key: authority.private },
      });
      return [name, { cert: write(`${name}.pem`, made.cert), key: write(`${name}.key`, made.private) }];
    }),
  );
  return {
    ca: write('ca.pem', authority.cert),
    of: Object.fromEntries(entries) as Record<Name, CertificateFiles>,
  };
}
