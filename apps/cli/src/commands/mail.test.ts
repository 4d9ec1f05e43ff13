import { describe, expect, it } from 'vitest';
import { runHere } from '../run.test-support.js';

const file = `12-3456\r\nSECRET7\r\n${'\r\n'.repeat(4)}TXEX-1 S LOAN\r\nA TITLE\r\n${'\r\n'.repeat(4)}NNNN\r\n`;
const decode = ['decode', '--protocol', 'artemail'] as const;
const encode = ['encode', '--protocol', 'artemail'] as const;

describe('interlend decode and encode with mails', () => {
  it('reads an order file, without its password, and writes it again', async () => {
    const read = await runHere(decode, file);
    expect(read.exitCode).toBe(0);
    expect(read.stdout.toString()).not.toContain('SECRET7');
    expect(read.records()[0]).toMatchObject({
      message: { kind: 'orders', file: { orders: [{ requestNumber: 'EX-1', lines: ['A TITLE'] }] } },
      deviations: [],
    });
    const written = await runHere(encode, read.stdout);
    expect(written.stdout.toString()).toBe(file.replace('SECRET7', '*******'));
  });

  it('reads a reply in any form that mails have', async () => {
    const mail = [
      'From: artemail@bl.example',
      'To: desk@library.example',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>EX-1 NOT*NUKL</p>',
    ].join('\r\n');
    const { records } = await runHere(decode, mail);
    expect(records()[0]).toMatchObject({ message: { kind: 'mail', mail: { text: 'EX-1 NOT*NUKL' } } });
  });

  it('reads and writes letters', async () => {
    const mail =
      'From: ill@partner.example\r\nTo: desk@library.example\r\nSubject: Hi\r\n\r\nRequest ID: EX-1\r\n';
    const read = await runHere(['decode', '--protocol', 'email'], mail);
    expect(read.exitCode).toBe(0);
    const written = await runHere(['encode', '--protocol', 'email'], read.stdout);
    expect(written.stdout.toString()).toContain('\r\n\r\nRequest ID: EX-1\r\n');
  });

  it.each([
    ['an order file without an end', file.replace('NNNN', ''), 65],
    ['no mail', 'hello\r\n', 65],
  ])('reports %s', async (_, input, exitCode) => {
    const outcome = await runHere(decode, input);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.records()[0]?.error).toBeDefined();
    expect(outcome.stdout.toString()).not.toContain('SECRET7');
  });

  it.each([
    '{"message":{}}',
    '{"message":{"kind":"orders"}}',
    '{"message":{"kind":"orders","file":{"account":{"customerCode":7},"orders":[]}}}',
    '{"message":{"kind":"orders","file":{"account":{"customerCode":"12-3456"},"orders":[{"requestNumber":"A","keywords":"S"}]}}}',
    '{"message":{"kind":"mail","mail":{"from":1}}}',
    '{"message":{"kind":"mail","mail":{"from":"a@b.example","to":"a@b.example","subject":"x","text":"x","references":"y"}}}',
    '{"message":null}',
    '{"message":17}',
  ])('says what is wrong with %s', async (line) => {
    const outcome = await runHere(encode, `${line}\n`);
    expect(outcome.exitCode).toBe(65);
    expect(outcome.stderr).toMatch(/^interlend: -:1: /);
  });
});
