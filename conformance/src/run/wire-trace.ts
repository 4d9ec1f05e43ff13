/** A message as it stood on the wire. */
export interface WireEntry {
  /** Seen from the side under test. */
  readonly direction: 'in' | 'out';
  /** Which turn it belongs to, counted from 1; absent where nobody expected it. */
  readonly turn?: number;
  readonly bytes: Uint8Array;
}

const octetsPerLine = 16;

/** A message in hex and text, sixteen octets a line, each with its offset. */
export function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += octetsPerLine) {
    const octets = [...bytes.subarray(offset, offset + octetsPerLine)];
    const hex = octets.map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
    const text = octets
      .map((octet) => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '.'))
      .join('');
    lines.push(`${offset.toString(16).padStart(6, '0')}  ${hex.padEnd(octetsPerLine * 3 - 1)}  ${text}`);
  }
  return lines;
}

/** Everything that was on the wire, for people. */
export function formatTrace(trace: readonly WireEntry[]): readonly string[] {
  return trace.flatMap(({ direction, turn, bytes }) => [
    `${direction === 'in' ? 'from the partner' : 'to the partner'}${turn === undefined ? '' : `, turn ${turn}`}, ${bytes.length} octets`,
    ...hexLines(bytes).map((line) => `  ${line}`),
  ]);
}
