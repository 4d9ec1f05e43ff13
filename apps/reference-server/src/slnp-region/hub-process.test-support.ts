import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { HubDouble, type OrderState, type SubmittedOrder } from '@interlend/slnp/double';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';

/** What the process is told in its one argument. Without files there is no TLS: a tunnel does it. */
export interface HubProcessSettings {
  readonly port: number;
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly libraries: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

/** What it is asked, a line each; a line of JSON is the answer. */
export type HubProcessRequest =
  | { readonly submit: SubmittedOrder }
  | { readonly reached: { readonly id: string; readonly state: OrderState } }
  | { readonly turns: true };

const settings = JSON.parse(process.argv[2] ?? '{}') as HubProcessSettings;
const pem = settings.tls && {
  ca: readFileSync(settings.tls.ca, 'utf8'),
  cert: readFileSync(settings.tls.cert, 'utf8'),
  key: readFileSync(settings.tls.key, 'utf8'),
};
const connector = createTcpConnector(pem ? { tls: pem } : {});
const hub = new HubDouble({
  acceptor: createTcpAcceptor(pem ? { tls: { cert: pem.cert, key: pem.key, clientCa: pem.ca } } : {}),
  libraries: Object.fromEntries(
    Object.entries(settings.libraries).map(([symbol, address]) => [symbol, { connector, address }]),
  ),
  patience: { attempts: 20, pauseMs: 250 },
});
const address = await hub.listen({ host: '127.0.0.1', port: settings.port });
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
say({ msg: 'ready', listeners: [address] });
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as HubProcessRequest;
  if ('submit' in request) say({ id: hub.submitOrder(request.submit) });
  else if ('reached' in request) say(await hub.reached(request.reached.id, request.reached.state));
  else say(hub.turns);
}
await hub.close();
