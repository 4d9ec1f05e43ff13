import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createWebhookReceiver, type WebhookDelivery } from './webhooks.js';

const secret = 'example secret';
const sign = (body: string | Uint8Array): string =>
  createHmac('sha256', secret).update(body).digest('base64');
const url = 'https://listener.example/alma';

function receiver(onDelivery: (delivery: WebhookDelivery) => Promise<void> = () => Promise.resolve()) {
  const taken: WebhookDelivery[] = [];
  const refused: string[] = [];
  const receive = createWebhookReceiver({
    secret,
    onDelivery: async (delivery) => {
      await onDelivery(delivery);
      taken.push(delivery);
    },
    onRefused: (why) => refused.push(why),
  });
  const post = (body: string | Uint8Array<ArrayBuffer>, signature = sign(body)) =>
    receive(new Request(url, { method: 'POST', body, headers: { 'x-exl-signature': signature } }));
  return { receive, post, taken, refused };
}

describe('a receiver of webhooks', () => {
  it('answers the challenge', async () => {
    const response = await receiver().receive(new Request(`${url}?challenge=a%20b`));
    expect([response.status, await response.json()]).toEqual([200, { challenge: 'a b' }]);
  });

  it('takes JSON and XML, with the action in capitals', async () => {
    const { post, taken } = receiver();
    expect(
      (
        await post(
          '{ "action" : "loan", "id":"1", "event":{"value":"LOAN_RETURNED"}, "item_loan":{"loan_id":"9"}}',
        )
      ).status,
    ).toBe(200);
    expect((await post('<webhook><action>job_end</action><id>2</id></webhook>')).status).toBe(200);
    expect(taken.map(({ action, id, event }) => [action, id, event])).toEqual([
      ['LOAN', '1', 'LOAN_RETURNED'],
      ['JOB_END', '2', undefined],
    ]);
  });

  it('checks the octets as they came, also those that are no text', async () => {
    const octets = Uint8Array.from([...Buffer.from('{"action":"ITEM","x":"'), 0xff, ...Buffer.from('"}')]);
    expect((await receiver().post(octets)).status).toBe(200);
  });

  it.each([
    ['another signature', sign('other')],
    ['no base64', '%%%'],
    ['none', ''],
    ['a shortened one', sign('{"action":"LOAN"}').slice(0, 20)],
  ])('refuses %s', async (_, signature) => {
    const { post, taken, refused } = receiver();
    expect((await post('{"action":"LOAN"}', signature)).status).toBe(401);
    expect([taken, refused]).toEqual([[], ['signature']]);
  });

  it.each([
    ['no object', '[1]', 400],
    ['no action', '{"id":"1"}', 400],
    ['broken', '{"action":', 400],
    ['endless', `{"action":"${'x'.repeat(2 * 1024 * 1024)}"}`, 413],
  ])('refuses a body that is %s, so that Alma does not come again', async (_, body, status) => {
    expect((await receiver().post(body)).status).toBe(status);
  });

  it('lets Alma come again when the delivery could not be kept', async () => {
    const { post } = receiver(() => Promise.reject(new Error('disk full')));
    expect((await post('{"action":"LOAN"}')).status).toBe(500);
  });

  it('answers nothing else', async () => {
    const { receive } = receiver();
    expect((await receive(new Request(url))).status).toBe(400);
    expect((await receive(new Request(url, { method: 'PUT', body: 'x' }))).status).toBe(405);
  });
});
