import { randomBytes } from 'node:crypto';
import { dataReply, encode, SysParam } from '@interlend/slnp';
import type { Exchange } from '@interlend/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processEngine } from '../engine/processes.js';
import { formatFailure } from '../report/console-report.js';
import { formatHtml } from '../report/html/page.js';
import { formatJson } from '../report/json.js';
import { formatJUnit } from '../report/junit.js';
import type { RunReport } from '../report/run-report.js';
import { judge } from '../report/verdicts.js';
import { loadSuite } from '../suite/load.js';
import { protocolsUnderTest, slnpUnderTest } from './protocols.js';
import { runExchanges } from './run-suite.js';
import { hideSecrets, Trace, withoutSecrets } from './trace.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const art = protocolsUnderTest.get('artemail');
if (!art) throw new Error('expected ARTEmail');

/** The password that the suite has at the British Library, as people and dumps show it. */
const password = 'EXAMPLE';
const inHex = password.replaceAll(/./g, (letter) => `${letter.charCodeAt(0).toString(16)} `).trim();

describe('a failing conversation with a password on its wire', { timeout: 60_000 }, () => {
  let report: RunReport;

  beforeAll(async () => {
    const exchange = loadSuite().exchanges.find(({ id }) => id === 'artemail/british-library/lends-loan');
    if (!exchange) throw new Error('expected the exchange');
    // What the server says is on the wire with its password; that it is to end otherwise makes it a failure with a trace.
    const wrong: Exchange = { ...exchange, mutations: [], expect: { borrower: 'checkedIn' } };
    const { exchanges } = judge(await runExchanges([wrong], protocolsUnderTest, processEngine), []);
    report = {
      title: 'Run',
      facts: [],
      exchanges,
      requirements: [],
      excluded: [],
      complaints: ['it failed'],
      isBroken: false,
    };
  });
  afterAll(() => processEngine.close());

  it('was seen by the server way, which has the password', () => {
    const [only] = report.exchanges;
    expect(only?.checks.map(({ check, verdict }) => [check.id, verdict])).toContainEqual([
      'server/end',
      'fail',
    ]);
    expect(only?.result.trace.map(({ bytes }) => text(bytes)).join('')).toContain('12-3456\r\nxxxxxxx\r\n');
  });

  it.each<[form: string, (report: RunReport) => string]>([
    [
      'text',
      ({ exchanges }) => exchanges.flatMap((each) => formatFailure(each, (_, said) => said)).join('\n'),
    ],
    ['JSON', (whole) => formatJson(whole, {})],
    ['JUnit', (whole) => formatJUnit(whole)],
    ['HTML', (whole) => formatHtml(whole)],
  ])('does not show it as %s', (_, format) => {
    const written = format(report);
    expect(written).toContain('lends-loan');
    expect(written).not.toContain(password);
    expect(written.replaceAll(/\s+/g, ' ')).not.toContain(inHex);
    expect(written).not.toContain(Buffer.from(password).toString('base64'));
  });
});

describe('secrets', () => {
  const order = (secret: string): Uint8Array =>
    Buffer.from(`12-3456\r\n${secret}\r\n\r\n\r\n\r\n\r\nTXA-1 S LOAN\r\nTitle\r\n\r\n\r\n\r\n\r\nNNNN\r\n`);

  it('are found in their fields, whatever they are', () => {
    expect(text(withoutSecrets(order('OTHER77'), art))).toMatch(/^12-3456\r\nxxxxxxx\r\n/);
    const login = SysParam.create({
      LoginKennung: 'zfl',
      ZweigStelle: '1',
      ParTyp: 'BiblAllgemein',
      SIASPasswort: 'geheim',
    });
    expect(text(withoutSecrets(encode(login), slnpUnderTest))).toContain('SIASPasswort:xxxxxx\n');
    const reader = encode(dataReply('SLNPAlleBenutzerDaten', { OpacPin: '8642', Nachname: 'Beispiel' }));
    const hidden = text(withoutSecrets(reader, slnpUnderTest));
    expect(hidden).toContain('OpacPin:xxxx');
    expect(hidden).toContain('Beispiel');
  });

  it('are replaced by as many octets, in what cannot be read as well', () => {
    for (const octets of [
      order(password),
      Buffer.from(`rubbish ${password} and ${password}`),
      randomBytes(400),
    ]) {
      const hidden = withoutSecrets(octets, art);
      expect(hidden).toHaveLength(octets.length);
      expect(text(hidden)).not.toContain(password);
    }
  });

  it('leave the octets alone where there are none', () => {
    const octets = order('*******');
    expect(withoutSecrets(octets, art)).toEqual(new Uint8Array(octets));
    const trace = new Trace(art);
    trace.add('out', octets, 1);
    expect(trace.entries).toEqual([{ direction: 'out', turn: 1, bytes: new Uint8Array(octets) }]);
  });

  it('are taken out of texts, the longest first', () => {
    expect(hideSecrets('it was EXAMPLES, or EXAMPLE', { secrets: ['EXAMPLE', 'EXAMPLES', ''] })).toBe(
      'it was xxxxxxxx, or xxxxxxx',
    );
  });
});
