import { readOctets } from './client/bodies.js';
import { limits } from './limits.js';
import { genericFromXml, isObject } from './record/generic.js';
import { parseXml } from './record/xml.js';

/** What Alma tells about. Compared without regard to case: its samples have both. */
export type WebhookAction = 'JOB_END' | 'NOTIFICATION' | 'USER' | 'LOAN' | 'REQUEST' | 'BIB' | 'ITEM';

/** One thing that Alma tells. There is none for borrowing or lending requests: poll those. */
export interface WebhookDelivery {
  readonly id: string | undefined;
  /** In capitals; an action that is not listed is kept. */
  readonly action: WebhookAction | (string & {});
  /** For instance `LOAN_RETURNED`. */
  readonly event: string | undefined;
  readonly time: string | undefined;
  readonly institution: string | undefined;
  /** The whole body, with the object that the action is about. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** How to receive. */
export interface WebhookReceiverOptions {
  /** As entered in the integration profile. */
  readonly secret: string;
  /**
   * Called for each delivery with a good signature. Keep it and return: Alma waits for five seconds. A rejection makes Alma
   * come again after one, three and six hours. It may come twice.
   */
  readonly onDelivery: (
    delivery: WebhookDelivery,
    options: { readonly signal: AbortSignal },
  ) => Promise<void>;
  /** Told why a delivery was not taken; without its content. */
  readonly onRefused?: (why: 'signature' | 'body' | 'size' | 'method') => void;
}

/**
 * Makes a receiver that mounts in any framework. It answers the challenge by which Alma checks the address, and takes
 * deliveries whose signature fits the octets that came.
 *
 * ```ts
 * import { createWebhookReceiver } from '@interlend/alma';
 *
 * const receive = createWebhookReceiver({
 *   secret: 'as in the integration profile',
 *   onDelivery: async ({ action, event }) => console.log(action, event),
 * });
 * const answer = await receive(new Request('https://listener.example/?challenge=hello'));
 * console.log(await answer.json());
 * ```
 */
export function createWebhookReceiver({
  secret,
  onDelivery,
  onRefused = () => {},
}: WebhookReceiverOptions): (request: Request) => Promise<Response> {
  const key = crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  // A bad secret shows at the first delivery.
  key.catch(() => {});
  const refuse = (status: number, why: Parameters<typeof onRefused>[0]): Response => {
    onRefused(why);
    return new Response(null, { status });
  };
  return async (request) => {
    if (request.method === 'GET') {
      const challenge = new URL(request.url).searchParams.get('challenge');
      return challenge === null ? refuse(400, 'method') : Response.json({ challenge });
    }
    if (request.method !== 'POST') return refuse(405, 'method');
    let octets: Uint8Array<ArrayBuffer>;
    try {
      octets = await readOctets(request, limits.deliveryOctets);
    } catch {
      return refuse(413, 'size');
    }
    const signature = fromBase64(request.headers.get('x-exl-signature') ?? '');
    // Compared by the platform, in constant time.
    if (!signature || !(await crypto.subtle.verify('HMAC', await key, signature, octets)))
      return refuse(401, 'signature');
    const delivery = deliveryIn(new TextDecoder().decode(octets));
    if (!delivery) return refuse(400, 'body');
    try {
      await onDelivery(delivery, { signal: request.signal });
    } catch {
      return new Response(null, { status: 500 });
    }
    return new Response(null, { status: 200 });
  };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function deliveryIn(text: string): WebhookDelivery | undefined {
  let body: unknown;
  try {
    body = text.trimStart().startsWith('<') ? genericFromXml(parseXml(text)) : JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(body)) return undefined;
  const action = words(body['action']);
  if (action === undefined) return undefined;
  return {
    id: words(body['id']),
    action: action.toUpperCase(),
    event: words(body['event']),
    time: words(body['time']),
    institution: words(body['institution']),
    body,
  };
}

/** Text, or the value of a code. */
function words(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return isObject(value) ? words(value['value']) : undefined;
}
