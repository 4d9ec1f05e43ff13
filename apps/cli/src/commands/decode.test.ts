import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode, type IllApdu } from '@interlend/iso-ill';
import { toHex } from '@interlend/wire/ber';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexLines, runHere } from '../run.test-support.js';

const folder = mkdtempSync(join(tmpdir(), 'interlend-decode-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const decode = ['decode', '--protocol', 'iso-ill'] as const;

const received: IllApdu = {
  apdu: 'Received',
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G1', transactionQualifier: 'T1' },
  serviceDateTime: { dateTimeOfThisService: { date: '20260131' } },
  dateReceived: '20260131',
  shippedServiceType: 'loan',
};
const returned: IllApdu = {
  apdu: 'Returned',
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G1', transactionQualifier: 'T1' },
  serviceDateTime: { dateTimeOfThisService: { date: '20260228' } },
  dateReturned: '20260228',
};
const receivedOctets = encode(received);
const returnedOctets = encode(returned);
const both = Buffer.concat([receivedOctets, returnedOctets]);
/** A date with hyphens: read leniently, a deviation. */
const oddOctets = Buffer.from(
  toHex(receivedOctets).replaceAll(toHex(Buffer.from('20260131')), toHex(Buffer.from('2026 131'))),
  'hex',
);

describe('interlend decode', () => {
  const file = join(folder, 'two.ber');
  beforeAll(() => {
    writeFileSync(file, both);
  });

  it('prints a line for each message of a file', async () => {
    const outcome = await runHere([...decode, file]);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stderr).toBe('');
    expect(outcome.records()).toEqual([
      { source: file, message: received, deviations: [] },
      { source: `${file}#2`, message: returned, deviations: [] },
    ]);
  });

  it('reads standard input for - and when no file is given', async () => {
    const sources = async (...files: string[]) =>
      (await runHere([...decode, ...files], both)).records().map(({ source }) => source);
    expect(await sources()).toEqual(['-', '-#2']);
    expect(await sources('-', file)).toEqual(['-', '-#2', file, `${file}#2`]);
  });

  it('prints the same lines however the input is cut', async () => {
    const whole = await runHere(decode, both);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (size) => {
        const chunks = Array.from({ length: Math.ceil(both.length / size) }, (_, index) =>
          both.subarray(index * size, (index + 1) * size),
        );
        expect((await runHere(decode, chunks)).stdout).toEqual(whole.stdout);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the messages before an error, and ends the file with it', async () => {
    const outcome = await runHere(decode, Buffer.concat([both, Buffer.from('GET / '), both]));
    expect(outcome.exitCode).toBe(65);
    expect(outcome.records().map(({ source, error }) => [source, error?.code])).toEqual([
      ['-', undefined],
      ['-#2', undefined],
      ['-#3', 'not-a-message'],
    ]);
  });

  it('goes on with the next file behind an error', async () => {
    const outcome = await runHere([...decode, '-', file], returnedOctets.subarray(0, 9));
    expect(outcome.exitCode).toBe(65);
    expect(outcome.records().map(({ source, error }) => [source, error?.code])).toEqual([
      ['-', 'incomplete'],
      [file, undefined],
      [`${file}#2`, undefined],
    ]);
  });

  it('says where in the message the error is', async () => {
    const withoutDate = toHex(returnedOctets).replace('9f2508', '9f2d08');
    const [record] = (await runHere(decode, Buffer.from(withoutDate, 'hex'))).records();
    expect(record).toEqual({
      source: '-',
      error: {
        code: 'badly-structured',
        offset: expect.any(Number),
        path: expect.stringMatching(/^Returned/),
        message: expect.stringContaining('dateReturned'),
      },
    });
  });

  it('names the kind of a message that does not exist', async () => {
    const unknownKind = Buffer.from(receivedOctets);
    unknownKind[0] = 0x75;
    const [record] = (await runHere(decode, unknownKind)).records();
    expect(record?.error?.code).toBe('unrecognized-message');
  });

  it('lists deviations, and makes the first an error with --strict', async () => {
    const lenient = await runHere(decode, oddOctets);
    expect(lenient.exitCode).toBe(0);
    expect(lenient.records()[0]?.deviations?.[0]).toMatchObject({ code: 'date-format' });
    const strict = await runHere([...decode, '--strict'], oddOctets);
    expect(strict.exitCode).toBe(65);
    expect(strict.records()).toEqual([
      { source: '-', error: expect.objectContaining({ code: 'deviation' }) },
    ]);
  });

  it('prints nothing for no input', async () => {
    const outcome = await runHere(decode);
    expect([outcome.exitCode, outcome.stdout.length, outcome.stderr]).toEqual([0, 0, '']);
  });
});

describe('interlend decode --hex', () => {
  const hex = [...decode, '--hex'];

  it('reads a message per line and names it by the line', async () => {
    const outcome = await runHere(hex, `# two messages\n\n${hexLines([receivedOctets, returnedOctets])}`);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.records()).toEqual([
      { source: '-:3', message: received, deviations: [] },
      { source: '-:4', message: returned, deviations: [] },
    ]);
  });

  it('takes blanks between digits, capitals, CR LF and a last line without an end', async () => {
    const spaced = toHex(receivedOctets).toUpperCase().replaceAll(/(..)/g, '$1 ');
    const outcome = await runHere(hex, `${spaced}\r\n${toHex(returnedOctets)}`);
    expect(outcome.records().map(({ message }) => message)).toEqual([received, returned]);
  });

  it('goes on behind a line that is wrong', async () => {
    const outcome = await runHere(hex, `6b6\nzz\n${hexLines([both, returnedOctets])}`);
    expect(outcome.exitCode).toBe(65);
    expect(outcome.records()).toEqual([
      { source: '-:1', error: expect.objectContaining({ code: 'malformed', offset: 1 }) },
      { source: '-:2', error: expect.objectContaining({ code: 'malformed', offset: 0 }) },
      { source: '-:3', error: expect.objectContaining({ code: 'trailing-data' }) },
      { source: '-:4', message: returned, deviations: [] },
    ]);
  });

  it('does not hold a line without an end in memory', async () => {
    function* endless() {
      for (let count = 0; count < 40; count++) yield Buffer.alloc(1024 * 1024, '0');
      yield Buffer.from(`\n${toHex(returnedOctets)}\n`);
    }
    const outcome = await runHere(hex, endless());
    expect(outcome.records()).toEqual([
      { source: '-:1', error: expect.objectContaining({ code: 'limit' }) },
      { source: '-:2', message: returned, deviations: [] },
    ]);
  });
});

describe('interlend decode refuses', () => {
  it('what it cannot read, with 66, and reads the rest', async () => {
    const absent = join(folder, 'absent.ber');
    const outcome = await runHere([...decode, absent, folder, '-'], Buffer.from('6b', 'hex'));
    expect(outcome.exitCode).toBe(66);
    expect(outcome.stderr).toMatch(/^interlend: .*absent\.ber: ENOENT.*\ninterlend: .*: EISDIR.*\n$/);
    expect(outcome.records().map(({ source }) => source)).toEqual(['-']);
  });

  it.each([
    ['no protocol', ['decode']],
    ['an unknown protocol', ['decode', '--protocol', 'smoke-signals']],
    ['an unknown option', [...decode, '--loud']],
    ['an unknown command', ['shout']],
    ['no command', []],
  ])('%s, with 64 and a word on standard error', async (_, argv) => {
    const outcome = await runHere(argv);
    expect(outcome.exitCode).toBe(64);
    expect(outcome.stdout.toString()).toBe('');
    expect(outcome.stderr).not.toBe('');
  });

  it('nothing when asked for help', async () => {
    const outcome = await runHere(['decode', '--help']);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout.toString()).toContain('--strict');
  });
});
