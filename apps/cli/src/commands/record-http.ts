import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { almaRules, httpExchangeFile } from '@interlend/conformance';
import { ConfigError, isInterlendError } from '@interlend/core';
import {
  formatHttpExchange,
  type HttpExchange,
  type HttpRecorder,
  type HttpRedactionRules,
  httpDigest,
  type RedactedCalls,
  recordHttp,
} from '@interlend/testing';
import { formatAddress } from '../addresses.js';
import { ExitCodes } from '../exit-codes.js';
import type { Output, Surroundings } from '../output.js';
import { idOf, isInSuite, type RecordOptions, untilEnded } from './record-options.js';
import { inOptions, tlsOf } from './verify-tls.js';

/** Interfaces over HTTP that can be recorded, and what of them may be kept. */
export const httpProtocols: ReadonlyMap<string, HttpRedactionRules> = new Map([['alma', almaRules]]);

/** Stands between a client and a server over HTTP until it is ended, and writes what passed. */
export async function* recordHttpConversation(options: RecordOptions, surroundings: Surroundings): Output {
  const { complain, tell } = surroundings;
  const { listen, target, protocol, messages, out } = options;
  const rules = httpProtocols.get(protocol);
  if (!rules) throw new RangeError(`no interface over HTTP is named ${protocol}`);
  if (options.backListen || options.backTarget) {
    complain('--back-listen and --back-target are for protocols in which both sides connect');
    return ExitCodes.usage;
  }
  let problems = 0;
  let calls = 0;
  const { ended, end } = untilEnded(surroundings.interrupted());
  let recorder: HttpRecorder;
  try {
    const { listenTls, targetTls } = tlsOf(options, target, listen, surroundings.environment);
    recorder = await recordHttp({
      listen: listen.address,
      target: target.address,
      ...(listenTls && { listenTls }),
      ...(targetTls && { targetTls }),
      rules,
      onCall: ({ method, status }) => {
        tell(`${method}: ${status}`);
        if (++calls === messages) end();
      },
      onProblem: (problem) => {
        problems++;
        complain(problem);
      },
    });
  } catch (error) {
    if (!isInterlendError(error)) throw error;
    complain(error instanceof ConfigError ? inOptions(error) : error.message);
    return error instanceof ConfigError ? ExitCodes.usage : ExitCodes.unreadable;
  }
  try {
    tell(`${formatAddress(recorder.address)} goes on to ${formatAddress(target.address)}`);
    await ended;
  } finally {
    await recorder.close();
  }
  const recording = recorder.recording();
  if (recording.calls.length === 0) {
    complain('no call was kept; nothing is written');
    return ExitCodes.data;
  }
  const exchange = exchangeOf(options, recording);
  mkdirSync(dirname(out), { recursive: true });
  const isSuites = isInSuite(out, 'http-exchanges');
  writeFileSync(out, isSuites ? httpExchangeFile(exchange) : formatHttpExchange(exchange));
  const { id, provenance } = exchange;
  yield `${JSON.stringify({ file: out, id, calls: exchange.calls.length, redactions: provenance.redactions })}\n`;
  return problems > 0 ? ExitCodes.data : ExitCodes.ok;
}

function exchangeOf(options: RecordOptions, { calls, redactions }: RedactedCalls): HttpExchange {
  const { software, softwareVersion, title, licence, out, protocol } = options;
  return {
    format: 1,
    id: idOf(out, protocol, 'http-exchanges'),
    title,
    protocol: protocol as HttpExchange['protocol'],
    transport: 'http',
    peer: { software, ...(softwareVersion === undefined ? {} : { version: softwareVersion }) },
    provenance: {
      origin: 'recorded',
      source: `recorded with interlend record between a client and ${software}`,
      captured: new Date().toISOString().slice(0, 10),
      licence,
      redactions: [...redactions],
      sha256: httpDigest(calls),
    },
    match: [],
    calls: [...calls],
  };
}
