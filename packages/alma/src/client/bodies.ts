import { TransportError } from '@interlend/core';

/** The text of a body, as long as it is not larger than it may be. @throws TransportError `limit` */
export async function readText(body: Request | Response, mostOctets: number): Promise<string> {
  return new TextDecoder().decode(await readOctets(body, mostOctets));
}

/** As {@link readText}, the octets as they came. @throws TransportError `limit` */
export async function readOctets(
  body: Request | Response,
  mostOctets: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.body?.getReader();
  if (!reader) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let octets = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    octets += value.length;
    if (octets > mostOctets) {
      await reader.cancel();
      const details = { retryable: false };
      throw new TransportError(
        'limit',
        `body: expected at most ${mostOctets} octets, found more`,
        { peer: new URL(body.url || 'http://sender').host, phase: 'receive', maybeDelivered: true },
        details,
      );
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(octets);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
