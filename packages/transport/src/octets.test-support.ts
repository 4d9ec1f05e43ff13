import type { Socket } from 'node:net';
import { type Connection, DecodeError, type Framer } from '@interlend/core';

/** Octets that say where in a stream they stand, so that a lost or doubled one shows. */
export function numbered(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => ((from + index) * 31) % 251);
}

/** Everything up to the end of the stream. */
export async function receiveAll(connection: Connection): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await connection.receive(); chunk; chunk = await connection.receive()) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

/** Lets timers, sockets and promises have their turn, `count` times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until a socket is gone, however it goes. */
export function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** A door that a test opens. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A protocol of messages with one octet of length in front; `ff` cannot begin one. */
export function createLengthFramer(): Framer {
  let held = new Uint8Array(0);
  let fault: DecodeError | undefined;
  return {
    get heldOctets() {
      return held.length;
    },
    push(chunk) {
      if (fault) throw fault;
      held = Uint8Array.from([...held, ...chunk]);
      const frames: Uint8Array[] = [];
      for (let length = held[0]; length !== undefined; length = held[0]) {
        if (length === 0xff) {
          fault = new DecodeError('not-a-message', 'ff cannot begin a message', { offset: 0 });
          if (frames.length > 0) return frames;
          throw fault;
        }
        if (held.length < length + 1) break;
        frames.push(held.slice(1, length + 1));
        held = held.slice(length + 1);
      }
      return frames;
    },
    end() {
      if (fault) throw fault;
      if (held.length > 0)
        throw new DecodeError('incomplete', 'stream ended within a message', { offset: held.length });
    },
  };
}

/** A message for {@link createLengthFramer}. */
export function lengthFrame(contents: Uint8Array): Uint8Array {
  return Uint8Array.from([contents.length, ...contents]);
}
