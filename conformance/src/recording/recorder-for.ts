import type { RecorderOptions } from '@interlend/testing';
import type { ProtocolUnderTest } from '../run/protocols.js';

/** What a recorder needs to know of a protocol: where messages end, and what of them must not be kept. */
export function recorderFor(
  put: ProtocolUnderTest,
  transport: string,
): Pick<RecorderOptions, 'createFramer' | 'redaction'> {
  const { protocol } = put;
  return {
    createFramer: (from) => put.createRecordingFramer?.(from, transport) ?? protocol.createFramer(),
    redaction: {
      decode: (bytes) => protocol.decode(bytes).message,
      personalFields: (message) => put.personalFields(message),
    },
  };
}
