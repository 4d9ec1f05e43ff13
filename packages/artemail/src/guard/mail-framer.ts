import { DecodeError, type Framer } from '@interlend/core';
import { defaultMailLimits } from '@interlend/mail';

/** A mail ends where its stream ends: nothing in it says where. */
export function createMailFramer(): Framer {
  const chunks: Uint8Array[] = [];
  let held = 0;
  return {
    push(chunk) {
      held += chunk.length;
      if (held > defaultMailLimits.messageOctets)
        throw new DecodeError('limit', 'mail is too large', { offset: defaultMailLimits.messageOctets });
      chunks.push(chunk);
      return [];
    },
    end() {
      if (held > 0)
        throw new DecodeError('incomplete', 'a mail ends where its stream ends', { offset: held });
    },
    get heldOctets() {
      return held;
    },
  };
}
