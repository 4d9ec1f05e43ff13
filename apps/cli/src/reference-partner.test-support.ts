import { checkSettings, createServer, defaultRegistry } from '@interlend/reference-server';
import { freePort } from '@interlend/testing';

/** What a partner is set up with; what is absent is plain ISO ILL. */
export interface PartnerSetup {
  readonly protocol?: string;
  readonly transport?: string;
  /** What else stands in its settings of the harness, of its listener, and of readers. */
  readonly peer?: object;
  readonly listener?: object;
  readonly patrons?: readonly object[];
  readonly tokens?: readonly string[];
  /** Schemes of the two places. */
  readonly schemes?: { readonly target: string; readonly listen: string };
}

/** A partner, and the options by which `interlend verify` finds it. */
export interface RunningPartner {
  readonly options: readonly string[];
  stop(): Promise<void>;
}

const host = '127.0.0.1';

/** A reference server that takes the harness for its partner. */
export async function startReferencePartner(
  symbol: string,
  own: string,
  { protocol = 'iso-ill', transport = '1611', peer = {}, listener = {}, ...more }: PartnerSetup = {},
): Promise<RunningPartner> {
  const [port, answersTo] = [await freePort(), await freePort()];
  const { patrons = [], tokens = [], schemes = { target: 'tcp', listen: 'tcp' } } = more;
  const carrier = { protocol, transport };
  const { settings, mistakes = [] } = checkSettings(
    {
      data: ':memory:',
      commitDelayMs: 0,
      api: { port: 0, ...(tokens.length > 0 ? { tokens } : {}) },
      libraries: [{ symbol, name: 'Partner Library' }],
      listeners: [{ ...carrier, host, port, ...listener }],
      peers: [{ symbol: own, ...carrier, address: `${host}:${answersTo}`, ...peer }],
      patrons,
      log: { level: 'silent' },
    },
    {},
    defaultRegistry,
  );
  if (!settings) throw new AggregateError(mistakes);
  const server = createServer(settings);
  await server.start();
  return {
    options: [
      ...['--target', `${schemes.target}://${host}:${port}`],
      ...['--listen', `${schemes.listen}://${host}:${answersTo}`],
      ...['--desk', server.apiUrl, '--own', own, '--partner', symbol],
    ],
    stop: () => server.stop(),
  };
}
