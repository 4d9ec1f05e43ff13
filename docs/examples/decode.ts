import { readFileSync } from 'node:fs';
import { DecodeError } from '@interlend/core';
import { decode } from '@interlend/iso-ill';

// A request as the standard wants it, and the same with a date in a form that the standard does not have.
const good = readFileSync('ill-request.ber');
const odd = Buffer.from(good.toString('latin1').replace('20260301', '2026-3-1'), 'latin1');

const { message, deviations } = decode(odd);
console.log(message.apdu, message.transactionId.transactionQualifier);
console.log(deviations);

try {
  decode(odd, { isStrict: true });
} catch (error) {
  if (!(error instanceof DecodeError)) throw error;
  console.log(error.code, error.offset, error.path);
}
