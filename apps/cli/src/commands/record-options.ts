import { join, parse } from 'node:path';
import { ConfigError, isInterlendError, type Role } from '@interlend/core';
import type { RecordedRoute } from '@interlend/testing';
import { createTcpAcceptor, createTcpConnector } from '@interlend/transport/tcp';
import { InvalidArgumentError } from 'commander';
import type { Endpoint } from '../addresses.js';
import type { Surroundings } from '../output.js';
import { inOptions, type TlsChoices, tlsOf } from './verify-tls.js';

/** What `record` is told. */
export interface RecordOptions extends TlsChoices {
  readonly protocol: string;
  readonly listen: Endpoint;
  readonly target: Endpoint;
  readonly backListen?: Endpoint;
  readonly backTarget?: Endpoint;
  readonly out: string;
  readonly client: Role;
  readonly peer?: Role;
  readonly transport?: string;
  readonly profile?: string;
  readonly software: string;
  readonly softwareVersion?: string;
  readonly title: string;
  readonly licence: string;
  readonly messages?: number;
}

const otherRole = { borrower: 'lender', lender: 'borrower' } as const;

/** @throws InvalidArgumentError */
export function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return number;
}

/** The directions that are recorded; or what is wrong with the options, in words. */
export function routesOf(
  options: RecordOptions,
  { complain, environment }: Surroundings,
): readonly RecordedRoute[] | string {
  const { listen, target, backListen, backTarget, client } = options;
  const pairs = [
    { listen, target, client },
    ...(backListen && backTarget
      ? [{ listen: backListen, target: backTarget, client: otherRole[client] }]
      : []),
  ];
  const secured = (end: 'listen' | 'target'): Endpoint =>
    pairs.map((pair) => pair[end]).find(({ isSecured }) => isSecured) ?? pairs[0]?.[end] ?? options[end];
  try {
    const { listenTls, targetTls } = tlsOf(options, secured('target'), secured('listen'), environment);
    const onError = (error: unknown): void =>
      complain(`a connection came to nothing: ${isInterlendError(error) ? error.message : 'unknown'}`);
    return pairs.map((pair) => ({
      listen: pair.listen.address,
      target: pair.target.address,
      client: pair.client,
      acceptor: createTcpAcceptor(
        pair.listen.isSecured && listenTls ? { tls: listenTls, onError } : { onError },
      ),
      connector: createTcpConnector(pair.target.isSecured && targetTls ? { tls: targetTls } : {}),
    }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return inOptions(error);
  }
}

const separators = /[/\\]/;

/** The folders of a suite in which exchange files stand. */
export type SuiteFolder = 'exchanges' | 'http-exchanges';

/** Whether a file stands below such a folder. */
export function isInSuite(file: string, folder: SuiteFolder): boolean {
  return parse(file).dir.split(separators).includes(folder);
}

/** The path below the folder, else one that says that it is a recording. */
export function idOf(file: string, protocol: string, folder: SuiteFolder): string {
  const { dir, name } = parse(file);
  const steps = [...dir.split(separators), name];
  const at = steps.lastIndexOf(folder);
  const path = at < 0 ? [protocol, 'recorded', name] : steps.slice(at + 1);
  return path.map((step) => step.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-')).join('/');
}

/** The name of a further file. */
export function numbered(file: string, index: number): string {
  if (index === 0) return file;
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}-${index + 1}${ext}`);
}

/** Resolves when the person at the keyboard has had enough, or `end` is called. */
export function untilEnded(interrupted: AbortSignal): { readonly ended: Promise<void>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (interrupted.aborted) resolve();
  interrupted.addEventListener('abort', () => resolve(), { once: true });
  return { ended: promise, end: () => resolve() };
}
