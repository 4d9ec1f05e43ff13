import type { DecodeErrorCode } from '@interlend/core';
import { describe, expect, it } from 'vitest';
import { decodeMime } from '../mime.js';
import {
  apdu,
  base64,
  checkedIn,
  codes,
  instructions,
  lines,
  message,
  octets,
  single,
  text,
  type,
} from './samples.test-support.js';

describe('decodeMime', () => {
  it('reads what a strict sender writes, without a deviation', () => {
    expect(decodeMime(octets(single), { isStrict: true })).toEqual({
      parts: [apdu(checkedIn)],
      deviations: [],
    });
  });

  it('passes over the fields of the mail', () => {
    const mail = lines('Received: from a.example', '\tby b.example', 'Subject: ILL', single);
    expect(decodeMime(octets(mail))).toEqual({ parts: [apdu(checkedIn)], deviations: [] });
  });

  it('reads any case, folded lines, comments and quoted parameters', () => {
    const mail = lines(
      'MIME-VERSION: 1.0 (made by hand)',
      'content-type: Application/ISO-10161-ILL-1 (an (inner) comment);',
      '\tTransfer-Encoding = "ISO-8825-\\BER" ; name="a;b.ber"',
      'CONTENT-transfer-encoding:BASE64 (of course)',
      '',
      base64(checkedIn),
    );
    expect(decodeMime(octets(mail))).toEqual({ parts: [apdu(checkedIn)], deviations: [] });
  });

  it('reads a multipart with a covering note and delivery instructions', () => {
    const mail = lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=next part="',
      '',
      'Only for readers without MIME',
      '--=next part=',
      '',
      'Please see below',
      '--=next part= ',
      type,
      'Content-Transfer-Encoding: base64',
      '',
      base64(message).replace(/.{20}/g, '$&\r\n'),
      '--=next part=',
      'Content-Type: application/ill-ddi; transfer-encoding=iso-8825-ber',
      'Content-Transfer-Encoding: base64',
      '',
      base64(instructions),
      '--=next part=--',
      '--=next part=',
      'epilogue',
    );
    expect(decodeMime(octets(mail), { isStrict: true }).parts).toEqual([
      { kind: 'other', mediaType: 'text/plain', bytes: octets('Please see below') },
      apdu(message),
      { kind: 'delivery-instructions', bytes: instructions },
    ]);
  });

  it('reads a multipart within a multipart whose boundary begins with that of the outer one', () => {
    const inner = lines('Content-Type: multipart/mixed; boundary=ab', '', '--ab', single, '--ab--');
    const mail = lines(
      'MIME-Version: 1',
      'Content-Type: multipart/mixed; boundary=a',
      '',
      '--a',
      inner,
      '--a',
      single,
      '--a--',
    );
    expect(decodeMime(octets(mail)).parts).toEqual([apdu(checkedIn), apdu(checkedIn)]);
  });

  it('keeps the octets of an entity that is not base64', () => {
    const head =
      'MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: 8bit\r\n\r\n';
    expect(decodeMime(octets(`${head}\u00ff\r\n\u0000`)).parts).toEqual([
      { kind: 'other', mediaType: 'application/octet-stream', bytes: octets('\u00ff\r\n\u0000') },
    ]);
  });

  const quoted = [...checkedIn].map((octet) => `=${octet.toString(16).padStart(2, '0').toUpperCase()}`);
  it.each<{ title: string; mail: string; deviations: readonly string[] }>([
    { title: 'LF line ends', mail: single.replaceAll('\r\n', '\n'), deviations: ['line-end'] },
    {
      title: 'no MIME-Version',
      mail: single.replace('MIME-Version: 1.0\r\n', ''),
      deviations: ['mime-version-absent'],
    },
    { title: 'no parameter', mail: single.replace(/; trans.*/, ''), deviations: ['transfer-encoding'] },
    {
      title: 'another parameter',
      mail: single.replace('iso-8825-ber', 'ber'),
      deviations: ['transfer-encoding'],
    },
    {
      title: 'a broken parameter',
      mail: single.replace('; trans', '; = x; trans'),
      deviations: ['content-type'],
    },
    {
      title: 'text between parameters',
      mail: single.replace('; trans', ' x; trans'),
      deviations: ['content-type'],
    },
    {
      title: 'a repeated parameter',
      mail: single.replace('8825-ber', '8825-ber; transfer-encoding=x'),
      deviations: ['content-type'],
    },
    { title: 'a repeated field', mail: `${type}\r\n${single}`, deviations: ['repeated-field'] },
    {
      title: 'a line that is no field',
      mail: `From somebody\r\n${single}`,
      deviations: ['field-without-name'],
    },
    { title: 'a continuation of nothing', mail: ` x\r\n${single}`, deviations: ['field-without-name'] },
    {
      title: 'base64 that is not declared',
      mail: single.replace(/Content-Trans.*\r\n/, ''),
      deviations: ['not-base64'],
    },
    {
      title: 'base64 declared as 7bit',
      mail: single.replace(': base64', ': 7bit'),
      deviations: ['not-base64'],
    },
    { title: 'no padding', mail: single.replace(/=+\r\n$/, '\r\n'), deviations: ['transfer-damage'] },
    {
      title: 'foreign characters in base64',
      mail: single.replace(/\r\n$/, '!\r\n'),
      deviations: ['transfer-damage'],
    },
    {
      title: 'quoted-printable',
      mail: lines(
        'MIME-Version: 1',
        type,
        'Content-Transfer-Encoding: quoted-printable',
        '',
        quoted.join('=\r\n'),
      ),
      deviations: ['not-base64'],
    },
    {
      title: 'octets as they are, with a line end behind',
      mail: lines('MIME-Version: 1', type, 'Content-Transfer-Encoding: binary', '', text(checkedIn), ''),
      deviations: ['not-base64', 'blanks-after-apdu'],
    },
    {
      title: 'a multipart without its end',
      mail: lines('MIME-Version: 1', 'Content-Type: multipart/mixed; boundary=b', '', '--b', single),
      deviations: ['multipart-not-closed'],
    },
  ])('reads $title and says so', ({ mail, deviations }) => {
    expect(decodeMime(octets(mail)).parts).toEqual([apdu(checkedIn)]);
    expect(codes(mail)).toEqual(deviations);
    expect(() => decodeMime(octets(mail), { isStrict: true })).toThrow(
      expect.objectContaining({ name: 'DecodeError', code: 'deviation' }),
    );
  });

  it('reads two APDUs in one entity and says so', () => {
    const mail = single.replace(base64(checkedIn), base64(Uint8Array.of(...checkedIn, ...message)));
    expect(decodeMime(octets(mail)).parts).toEqual([apdu(checkedIn), apdu(message)]);
    expect(codes(mail)).toEqual(['several-apdus']);
  });

  it('reads an APDU that stands before something broken', () => {
    const mail = single.replace(base64(checkedIn), base64(Uint8Array.of(...checkedIn, 0x47, 0x45)));
    const { parts } = decodeMime(octets(mail));
    expect(parts).toEqual([
      apdu(checkedIn),
      expect.objectContaining({ kind: 'unreadable', bytes: octets('GE') }),
    ]);
    expect(codes(mail)).toEqual(['several-apdus']);
  });

  it.each<{ title: string; contents: string; code: DecodeErrorCode }>([
    { title: 'cut APDU', contents: base64(checkedIn.subarray(0, 50)), code: 'incomplete' },
    { title: 'empty body', contents: '', code: 'incomplete' },
    { title: 'text', contents: btoa('GET / HTTP/1.1'), code: 'not-a-message' },
  ])('gives a part with a $title as unreadable, and the next part all the same', ({ contents, code }) => {
    const bad = single.replace(base64(checkedIn), contents);
    const mail = lines(
      'MIME-Version: 1',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      bad,
      '--b',
      single,
      '--b--',
    );
    const { parts } = decodeMime(octets(mail));
    expect(parts).toEqual([expect.objectContaining({ kind: 'unreadable' }), apdu(checkedIn)]);
    expect(parts[0]).toMatchObject({ error: { name: 'DecodeError', code } });
  });

  it('treats a mail without a Content-Type as text', () => {
    expect(decodeMime(octets('MIME-Version: 1.0\r\n\r\nhello')).parts).toEqual([
      { kind: 'other', mediaType: 'text/plain', bytes: octets('hello') },
    ]);
    expect(codes('MIME-Version: 1.0\r\nContent-Type: nonsense\r\n\r\nhello')).toEqual(['content-type']);
    expect(codes('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nhello')).toEqual([
      'multipart-without-parts',
    ]);
  });
});
