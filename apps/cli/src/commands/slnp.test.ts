import { describe, expect, it } from 'vitest';
import { runHere } from '../run.test-support.js';

const order =
  'SLNPFLBestellung\r\nBsTyp:AFL\r\nBestellId:1\r\nSigelNB:DE-B1\r\nBenutzerNummer:N-1\r\nTitel:Über Beispiele\r\nSLNPEndCommand\r\n';
const reply = '600 SLNPFLBestellung\n601 PFLNummer:P-1\n250 SLNPEndOfData\n \n';

describe('interlend with SLNP', () => {
  it('decodes a stream of commands and replies, and encodes what it printed', async () => {
    const decoded = await runHere(['decode', '--protocol', 'slnp'], Buffer.from(order + reply));
    expect(decoded.exitCode).toBe(0);
    const messages = decoded.records().map(({ message }) => message);
    expect(messages).toMatchObject([
      { kind: 'command', command: 'SLNPFLBestellung', parameters: { Titel: 'Über Beispiele' } },
      { kind: 'reply', code: 250, fields: { PFLNummer: 'P-1' } },
    ]);
    const encoded = await runHere(['encode', '--protocol', 'slnp'], decoded.stdout);
    expect(encoded.exitCode).toBe(0);
    expect(encoded.stdout.toString()).toBe((order + reply).replaceAll('\r', '').replace('\n \n', '\n'));
  });

  it('says what is wrong, and nothing of what stands there', async () => {
    const { exitCode, stdout } = await runHere(
      ['decode', '--protocol', 'slnp'],
      Buffer.from('SLNPFLBestellung\nErika Beispiel\nSLNPEndCommand\n'),
    );
    expect(exitCode).toBe(65);
    expect(stdout.toString()).toContain('"code":"malformed"');
    expect(stdout.toString()).not.toContain('Erika');
  });

  it('refuses to write what is no message', async () => {
    const outcome = await runHere(['encode', '--protocol', 'slnp'], '{"message":{"kind":"command"}}\n');
    expect(outcome.exitCode).toBe(65);
    expect(outcome.stderr).toContain('command');
  });
});
