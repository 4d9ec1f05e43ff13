import { describe, expect, it } from 'vitest';
import { SmtpReader } from './smtp-reader.js';

type Line = readonly [from: 'client' | 'server', text: string];

/** What each side hears, which mails are kept, and what was said about others; octets come in pieces of `size`. */
function play(lines: readonly Line[], size = Number.POSITIVE_INFINITY) {
  const reader = new SmtpReader();
  const heard = { client: '', server: '' };
  const mails: string[] = [];
  const problems: string[] = [];
  const other = { client: 'server', server: 'client' } as const;
  for (const [from, text] of lines) {
    for (let at = 0; at < text.length; at += size) {
      const passage = reader.read(from, Buffer.from(text.slice(at, at + size), 'latin1'));
      heard[other[from]] += Buffer.from(passage.onward).toString('latin1');
      heard[from] += Buffer.from(passage.back ?? []).toString('latin1');
      mails.push(...passage.messages.map(({ bytes }) => Buffer.from(bytes).toString('latin1')));
      problems.push(...passage.problems);
    }
  }
  for (const from of ['client', 'server'] as const) {
    const { onward, problems: last } = reader.end(from);
    heard[other[from]] += Buffer.from(onward).toString('latin1');
    problems.push(...last);
  }
  return { heard, mails, problems };
}

const said = (lines: readonly Line[], by: Line[0]): string =>
  lines.flatMap(([from, text]) => (from === by ? [text] : [])).join('');

const hello: readonly Line[] = [
  ['server', '220 post.example\r\n'],
  ['client', 'EHLO desk.example\r\n'],
  ['server', '250-post.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n'],
];
const envelope: readonly Line[] = [
  ['client', 'MAIL FROM:<desk@library.example>\r\nRCPT TO:<ill@partner.example>\r\nDATA\r\n'],
  ['server', '250 fine\r\n250 fine\r\n354 go on\r\n'],
];
const mail = 'From: a@b.example\r\n\r\n.hidden\r\n..\r\ntext\r\n';
const stuffed = 'From: a@b.example\r\n\r\n..hidden\r\n...\r\ntext\r\n.\r\n';
const loan: readonly Line[] = [
  ...hello,
  ...envelope,
  ['client', `${stuffed}QUIT\r\n`],
  ['server', '250 2.0.0 kept\r\n221 bye\r\n'],
];

describe('SmtpReader', () => {
  it.each([1, 2, 3, 7, 1000])('keeps a mail and passes everything on, in pieces of %i octets', (size) => {
    const { heard, mails, problems } = play(loan, size);
    expect(mails).toEqual([mail]);
    expect(problems).toEqual([]);
    expect(heard).toEqual({ client: said(loan, 'server'), server: said(loan, 'client') });
  });

  it('keeps a mail when it is taken, not before', () => {
    expect(play(loan.slice(0, -1)).mails).toEqual([]);
  });

  it('keeps each of several mails', () => {
    const again: readonly Line[] = [...envelope, ['client', '.\r\n'], ['server', '250 kept\r\n']];
    expect(
      play([...loan.slice(0, -2), ['client', stuffed], ['server', '250 kept\r\n'], ...again]).mails,
    ).toEqual([mail, '']);
  });

  it('does not keep a mail that is refused, and says so', () => {
    const { mails, problems } = play([...loan.slice(0, -1), ['server', '451 later\r\n221 bye\r\n']]);
    expect(mails).toEqual([]);
    expect(problems).toEqual(['a mail was not taken, and is not kept: 451']);
  });

  it('reads on when DATA is refused', () => {
    const lines: readonly Line[] = [
      ...hello,
      ['client', 'DATA\r\n'],
      ['server', '503 no\r\n'],
      ...envelope,
      ['client', stuffed],
      ['server', '250 kept\r\n'],
    ];
    expect(play(lines).mails).toEqual([mail]);
  });

  it.each(['STARTTLS', 'CHUNKING', 'BINARYMIME'])(
    'leaves out the offer of %s, wherever it stands',
    (offer) => {
      const offered = (lines: string): string =>
        play([...hello.slice(0, 2), ['server', lines]], 1).heard.client;
      const rest = '220 post.example\r\n250-post.example\r\n250 SIZE 1000\r\n';
      expect(offered(`250-post.example\r\n250-${offer}\r\n250 SIZE 1000\r\n`)).toBe(rest);
      expect(offered(`250-post.example\r\n250-SIZE 1000\r\n250 ${offer}\r\n`)).toBe(rest);
    },
  );

  it('refuses STARTTLS for the time being, and the server hears nothing of it', () => {
    const { heard } = play([...hello, ['client', 'NOOP\r\nSTARTTLS\r\n'], ['server', '250 fine\r\n']], 5);
    expect(heard.client).toMatch(/250 fine\r\n454 4\.7\.0 .*\r\n$/);
    expect(heard.server).toBe('EHLO desk.example\r\nNOOP\r\n');
    expect(play([...hello, ['client', 'STARTTLS\r\n']]).heard.client).toMatch(/454 4\.7\.0 .*\r\n$/);
  });

  it('passes a login on and keeps nothing of it, whatever its lines look like', () => {
    const login: readonly Line[] = [
      ['client', 'AUTH LOGIN\r\n'],
      ['server', '334 VXNlcm5hbWU6\r\n'],
      ['client', 'DATA\r\n'],
      ['server', '334 UGFzc3dvcmQ6\r\n'],
      ['client', 'STARTTLS\r\n'],
      ['server', '235 fine\r\n'],
    ];
    const lines = [...hello, ...login, ...loan.slice(hello.length)];
    const { heard, mails, problems } = play(lines, 3);
    expect(heard.server).toBe(said(lines, 'client'));
    expect(mails).toEqual([mail]);
    expect(problems).toEqual([]);
  });

  it('passes on what it cannot follow, and says that it keeps nothing more', () => {
    const lines: readonly Line[] = [...hello, ['client', 'BDAT 5 LAST\r\nhello'], ['server', '250 kept\r\n']];
    const { heard, mails, problems } = play(lines, 4);
    expect(heard.server).toBe(said(lines, 'client'));
    expect(heard.client).toBe(said(lines, 'server'));
    expect(mails).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('passes on endless lines, and says that it keeps nothing more', () => {
    const lines: readonly Line[] = [...hello, ['client', 'x'.repeat(100_000)]];
    const { heard, problems } = play(lines, 10_000);
    expect(heard.server).toBe(said(lines, 'client'));
    expect(problems).toEqual(['nothing more of this connection is kept: a line is too long']);
  });

  it('says when a client leaves in the middle of a mail', () => {
    const { problems } = play([...hello, ...envelope, ['client', 'From: a@b.example\r\n']]);
    expect(problems).toEqual(['the client ended in the middle of a line or a mail']);
  });
});
