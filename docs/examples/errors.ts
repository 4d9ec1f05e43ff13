import { EncodeError } from '@interlend/core';
import { encode, type IllApdu } from '@interlend/iso-ill';

const recall: IllApdu = {
  apdu: 'Recall',
  protocolVersionNum: 2,
  transactionId: { transactionGroupQualifier: 'G-1', transactionQualifier: 'Q-1' },
  serviceDateTime: { dateTimeOfThisService: { date: '31 January' } },
};

try {
  encode(recall);
} catch (error) {
  if (!(error instanceof EncodeError)) throw error;
  switch (error.code) {
    case 'missing':
    case 'invalid-value':
    case 'too-long':
    case 'unsayable-character':
      console.log(`${error.path} must be mended: ${error.message}`);
      break;
    case 'unknown-element':
    case 'unsayable-event':
      console.log(`this wire has no place for it: ${error.message}`);
      break;
    default:
      error.code satisfies never;
  }
  console.log(error.retryable ? 'trying again may help' : 'trying again will not help');
}
