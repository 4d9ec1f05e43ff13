/**
 * What goes over the one connection between a run and the container that holds a partner's sockets: frames of length,
 * kind, channel and payload. A channel is a socket or a listener there.
 */
export const FrameKinds = {
  /** From the run: listen on a free port. */
  listen: 1,
  /** Answer to `listen`; the payload is the port. */
  listening: 2,
  /** Somebody calls; the payload is the channel of the listener, the channel is new and even. */
  call: 3,
  /** From the run: connect; the payload is `host:port`, the channel is new and odd. */
  connect: 4,
  connected: 5,
  data: 6,
  /** Nothing more in this direction. */
  end: 7,
  /** Broken off, or never connected; the payload says why. */
  reset: 8,
  /** From the run: stop listening. */
  unlisten: 9,
} as const;

export type FrameKind = (typeof FrameKinds)[keyof typeof FrameKinds];

export interface TunnelFrame {
  readonly kind: FrameKind;
  readonly channel: number;
  readonly payload: Buffer;
}

const headOctets = 9;
/** Beyond any message of a conversation. */
const maxPayloadOctets = 16 * 1024 * 1024;
const kinds: ReadonlySet<number> = new Set(Object.values(FrameKinds));

function isKind(octet: number): octet is FrameKind {
  return kinds.has(octet);
}

export function formatFrame(kind: FrameKind, channel: number, payload: Uint8Array | string = ''): Buffer {
  const octets = Buffer.from(payload);
  const head = Buffer.alloc(headOctets);
  head.writeUInt32BE(octets.length, 0);
  head.writeUInt8(kind, 4);
  head.writeUInt32BE(channel, 5);
  return Buffer.concat([head, octets]);
}

/** Takes a chunk and returns the complete frames; keeps the rest. */
export function createFrameReader(): (chunk: Uint8Array) => readonly TunnelFrame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const frames: TunnelFrame[] = [];
    while (rest.length >= headOctets) {
      const length = rest.readUInt32BE(0);
      const kind = rest.readUInt8(4);
      if (length > maxPayloadOctets || !isKind(kind)) throw new Error('these octets are not of a tunnel');
      if (rest.length < headOctets + length) break;
      frames.push({
        kind,
        channel: rest.readUInt32BE(5),
        payload: rest.subarray(headOctets, headOctets + length),
      });
      rest = rest.subarray(headOctets + length);
    }
    return frames;
  };
}
