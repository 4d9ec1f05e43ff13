import { readFileSync } from 'node:fs';
import { ConfigError, isInterlendError } from '@interlend/core';
import { HubDouble, type HubDoubleOptions, type SubmittedOrder } from '@interlend/slnp/double';
import { profiles, rulesFor } from '@interlend/slnp/profiles';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type Endpoint, formatAddress, parseEndpoint } from '../addresses.js';
import { ExitCodes } from '../exit-codes.js';
import { openInput, readingFailure, readLines } from '../inputs.js';
import type { Output, Surroundings } from '../output.js';

interface Options {
  readonly listen: Endpoint;
  readonly library: ReadonlyMap<string, Endpoint>;
  readonly profile: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly first?: number;
  readonly direct?: boolean;
}

const Order = z.strictObject({
  borrower: z.string().min(1),
  rota: z.array(z.string().min(1)).min(1),
  fields: z.record(z.string(), z.string()),
  isTrusted: z.boolean().optional(),
});
const orderText = '{"borrower": "DE-…", "rota": ["DE-…"], "fields": {"BenutzerNummer": "…", "Titel": "…"}}';

/** `interlend hub`: a central server of SLNP to rehearse with. */
export function hubCommand(surroundings: Surroundings): Command {
  return new Command('hub')
    .description(
      'Stands in for a central server that speaks SLNP: takes orders as lines of JSON, asks libraries, hears their reports. For rehearsals: it keeps nothing.',
    )
    .argument('[file]', `orders, a line each, as ${orderText}; - is standard input`, '-')
    .requiredOption(
      '--listen <url>',
      'where libraries report, as HOST:PORT or tls://HOST:PORT',
      parseEndpoint,
    )
    .requiredOption(
      '--library <symbol=url>',
      'a library and where it listens, as HOST:PORT or tls://HOST:PORT; may come several times',
      library,
    )
    .addOption(
      new Option('--profile <name>', 'how it speaks and is spoken to')
        .choices(profiles.map(({ name }) => name))
        .default('default'),
    )
    .option('--ca <file>', 'authorities that the certificates of libraries come from, as PEM')
    .option('--cert <file>', 'its own certificate, as PEM')
    .option('--key <file>', 'the key of that certificate, as PEM')
    .option('--first <number>', 'number of the first order: the year and seven digits', orderNumber)
    .option('--direct', 'an accepting reply of a lender makes an order shipped')
    .action((file: string, options: Options) => surroundings.print(runHub(file, options, surroundings)));
}

function library(
  text: string,
  before: ReadonlyMap<string, Endpoint> = new Map(),
): ReadonlyMap<string, Endpoint> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected SYMBOL=HOST:PORT, for instance DE-B1=127.0.0.1:9001.');
  return new Map([...before, [text.slice(0, at), parseEndpoint(text.slice(at + 1))]]);
}

function orderNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new InvalidArgumentError('Expected up to 15 digits, for instance 20260000001.');
  return Number(text);
}

async function* runHub(file: string, options: Options, surroundings: Surroundings): Output {
  const { complain, tell } = surroundings;
  const orders = await readOrders(file, surroundings);
  if (!Array.isArray(orders)) return orders;
  const said = new Lines();
  let hub: HubDouble;
  try {
    hub = new HubDouble({
      ...wiresOf(options),
      rules: rulesFor(options.profile),
      shipsDirectly: options.direct === true,
      ...(options.first !== undefined && { firstOrderId: options.first }),
      onTurn: (turn) => said.push(turn),
      onOrder: ({ id, state, pflNumber }) =>
        said.push({ order: id, state, ...(pflNumber !== undefined && { pflNumber }) }),
    });
    tell(`reports are heard at ${formatAddress(await hub.listen(options.listen.address))}`);
  } catch (error) {
    if (!isInterlendError(error)) throw error;
    complain(error.message);
    return error instanceof ConfigError ? ExitCodes.usage : ExitCodes.cannotRun;
  }
  try {
    const signal = surroundings.interrupted();
    signal.addEventListener('abort', () => said.end(), { once: true });
    const submitted = orders.map((order) => hub.submitOrder(order));
    const settled = Promise.all(submitted.map((id) => hub.settled(id)));
    void settled.then(() => said.end());
    yield* said;
    const isFilled = (id: string): boolean => /^(Shipped|Return)$/.test(hub.order(id)?.state ?? '');
    return submitted.every(isFilled) ? ExitCodes.ok : ExitCodes.notConformant;
  } finally {
    await hub.close();
  }
}

/** Orders, or the exit code when they cannot be read. */
async function readOrders(
  file: string,
  { stdin, complain }: Surroundings,
): Promise<SubmittedOrder[] | typeof ExitCodes.data | typeof ExitCodes.unreadable> {
  const orders: SubmittedOrder[] = [];
  try {
    for await (const { number, text } of readLines(openInput(file, stdin))) {
      const order = Order.safeParse(parsed(text));
      if (!order.success) {
        complain(`${file}:${number}: expected ${orderText}`);
        return ExitCodes.data;
      }
      const { isTrusted = false, ...rest } = order.data;
      orders.push({ ...rest, isTrusted });
    }
    return orders;
  } catch (error) {
    const why = readingFailure(error);
    if (why === undefined) throw error;
    complain(why);
    return ExitCodes.unreadable;
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws ConfigError when files of TLS are missing or cannot be read */
function wiresOf({
  listen,
  library: libraries,
  ...files
}: Options): Pick<HubDoubleOptions, 'acceptor' | 'libraries'> {
  const isSecured = listen.isSecured || [...libraries.values()].some((endpoint) => endpoint.isSecured);
  const pem = (name: 'ca' | 'cert' | 'key'): string | undefined => {
    const path = files[name];
    if (path === undefined) return undefined;
    if (!isSecured) throw wrong(name, 'it together with tls:// only');
    try {
      return readFileSync(path, 'utf8');
    } catch {
      throw wrong(name, `a readable PEM file; found ${path}`);
    }
  };
  const [ca, cert, key] = [pem('ca'), pem('cert'), pem('key')];
  if (listen.isSecured && (cert === undefined || key === undefined)) {
    throw wrong('cert', 'a certificate and its key (--key) for --listen tls://');
  }
  const plain = createTcpConnector();
  const secured = createTcpConnector({
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    },
  });
  return {
    acceptor: createTcpAcceptor(
      listen.isSecured
        ? { tls: { cert: cert ?? '', key: key ?? '', ...(ca !== undefined && { clientCa: ca }) } }
        : {},
    ),
    libraries: Object.fromEntries(
      [...libraries].map(([symbol, endpoint]) => [
        symbol,
        { connector: endpoint.isSecured ? secured : plain, address: endpoint.address },
      ]),
    ),
  };
}

function wrong(name: string, accepted: string): ConfigError {
  return new ConfigError(`--${name}: expected ${accepted}`, { key: name, accepted });
}

/** Lines of JSON as they come, until an end is said. */
class Lines implements AsyncIterable<string> {
  readonly #lines: string[] = [];
  #isEnded = false;
  #wake: () => void = () => undefined;

  push(value: object): void {
    this.#lines.push(`${JSON.stringify(value)}\n`);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (;;) {
      yield* this.#lines.splice(0);
      if (this.#lines.length > 0) continue;
      if (this.#isEnded) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
