import type { Role } from '@interlend/core';
import { framedReader, type RecorderOptions } from '@interlend/testing';
import type { ProtocolUnderTest } from '../run/protocols.js';

/**
 * What a recorder needs to know of a protocol: where messages are, in which form they are kept, and what of them must not
 * be.
 *
 * @param partner role of the side that is recorded as the partner
 */
export function recorderFor(
  put: ProtocolUnderTest,
  partner: Role,
): Pick<RecorderOptions, 'createReader' | 'redaction' | 'toKeptForm'> {
  const { protocol, recording = {} } = put;
  const { toKeptForm, encodingsOf } = recording;
  return {
    createReader: () => recording.createReader?.() ?? framedReader(() => protocol.createFramer()),
    ...(toKeptForm && { toKeptForm: (bytes, from) => toKeptForm(bytes, from === partner) }),
    redaction: {
      decode: (bytes) => protocol.decode(bytes).message,
      personalFields: (message) => (recording.personalFields ?? put.personalFields)(message),
      ...(encodingsOf && { encodingsOf }),
    },
  };
}
