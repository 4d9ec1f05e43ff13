import { latin1 } from '@interlend/wire/ber';
import { encode } from '../codec.js';
import { decodeMime, type MimePart } from '../mime.js';
import { fromLatin1 } from './transfer-encoding.js';

export const ids = {
  requesterId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:REQ' } },
  responderId: { personOrInstitutionSymbol: { institutionSymbol: 'TEST:RSP' } },
} as const;
export const head = {
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'TGQ-0001', transactionQualifier: 'TQ-0001' },
  serviceDateTime: { dateTimeOfThisService: { date: '20240103', time: '101112' } },
  ...ids,
} as const;
export const checkedIn = encode({ apdu: 'Checked-In', ...head, dateCheckedIn: '20240203' });
export const message = encode({ apdu: 'Message', ...head, note: 'Über naïve examples' });
export const instructions = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0xff);

export const octets = fromLatin1;
export const text = (bytes: Uint8Array): string => latin1(bytes, 0, bytes.length);
export const base64 = (bytes: Uint8Array): string => btoa(text(bytes));
export const lines = (...all: readonly string[]): string => all.join('\r\n');
export const codes = (mail: string): readonly string[] =>
  decodeMime(octets(mail)).deviations.map(({ code }) => code);
export const apdu = (bytes: Uint8Array): MimePart => ({ kind: 'apdu', bytes });

export const type = 'Content-Type: application/iso-10161-ill-1; transfer-encoding=iso-8825-ber';
export const single = lines(
  'MIME-Version: 1.0',
  type,
  'Content-Transfer-Encoding: base64',
  '',
  base64(checkedIn),
  '',
);
