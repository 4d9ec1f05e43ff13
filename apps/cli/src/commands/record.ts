import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  exchangeFile,
  exchangeOf,
  loadSuite,
  type ProtocolUnderTest,
  protocolsUnderTest,
  type RecordingHead,
  recorderFor,
  transactionsOf,
} from '@interlend/conformance';
import { isInterlendError } from '@interlend/core';
import { formatExchange, type MessageTurn, record, turnBytes } from '@interlend/testing';
import { Command, Option } from 'commander';
import { formatAddress, parseEndpoint } from '../addresses.js';
import { ExitCodes } from '../exit-codes.js';
import type { Output, Surroundings } from '../output.js';
import { httpProtocols, recordHttpConversation } from './record-http.js';
import {
  count,
  idOf,
  isInSuite,
  numbered,
  type RecordOptions,
  routesOf,
  untilEnded,
} from './record-options.js';
import { addTlsOptions } from './verify-tls.js';

const roles = ['borrower', 'lender'] as const;
const otherRole = { borrower: 'lender', lender: 'borrower' } as const;

/** `interlend record`: a transparent proxy whose recording becomes exchange files. */
export function recordCommand(surroundings: Surroundings): Command {
  const protocols = [...protocolsUnderTest.keys(), ...httpProtocols.keys()];
  const command = new Command('record')
    .description(
      'Stands between two systems, passes everything on, and keeps their conversation as an exchange.',
    )
    .addOption(
      new Option('--protocol <name>', `one of: ${protocols.join(', ')}`)
        .choices(protocols)
        .makeOptionMandatory(),
    )
    .requiredOption(
      '--listen <url>',
      'where the one side connects: HOST:PORT or tls://HOST:PORT',
      parseEndpoint,
    )
    .requiredOption('--target <url>', 'where it would have connected, in the same forms', parseEndpoint)
    .option('--back-listen <url>', 'where the other side connects with its answers', parseEndpoint)
    .option('--back-target <url>', 'where these would have gone', parseEndpoint)
    .requiredOption('--out <file>', 'the exchange; further transactions go to FILE-2, FILE-3 …')
    .addOption(
      new Option('--client <role>', 'role of the side that connects to --listen')
        .choices(roles)
        .default('borrower'),
    )
    .addOption(
      new Option(
        '--peer <role>',
        'whose software is recorded as the partner; by default the --client’s',
      ).choices(roles),
    )
    .option('--transport <name>', 'how the messages travel; for iso-ill 1611 with --back-listen, else 499')
    .option('--profile <name>', 'the partner’s profile')
    .option('--software <name>', 'the partner’s software', 'unnamed')
    .option('--software-version <text>', 'and its version')
    .option('--title <sentence>', 'what happens in the conversation', 'A recorded conversation')
    .option('--licence <name>', 'under which the file may be passed on', 'unpublished')
    .option('--messages <count>', 'end after so many messages; without it, end with Ctrl-C', count)
    .action((options: RecordOptions) => {
      const isHttp = httpProtocols.has(options.protocol);
      return surroundings.print(
        (isHttp ? recordHttpConversation : recordConversation)(options, surroundings),
      );
    });
  return addTlsOptions(command);
}

async function* recordConversation(options: RecordOptions, surroundings: Surroundings): Output {
  const { complain, tell } = surroundings;
  const put = protocolsUnderTest.get(options.protocol);
  if (!put) throw new RangeError(`no protocol is named ${options.protocol}`);
  if ((options.backListen === undefined) !== (options.backTarget === undefined)) {
    complain('--back-listen and --back-target go together');
    return ExitCodes.usage;
  }
  const transport = options.transport ?? transportOf(options, put);
  const routes = routesOf(options, surroundings);
  if (typeof routes === 'string') {
    complain(routes);
    return ExitCodes.usage;
  }
  let problems = 0;
  let heard = 0;
  const { ended, end } = untilEnded(surroundings.interrupted());
  const recorder = await record({
    ...recorderFor(put, options.peer ?? options.client),
    routes,
    onTurn: (turn) => {
      tell(lineOf(turn, put));
      if (++heard === options.messages) end();
    },
    onProblem: (problem) => {
      problems++;
      complain(problem);
    },
  }).catch((error: unknown) => {
    if (!isInterlendError(error)) throw error;
    complain(error.message);
  });
  if (!recorder) return ExitCodes.unreadable;
  try {
    for (const [index, { target }] of routes.entries()) {
      const address = recorder.addresses[index];
      if (address) tell(`${formatAddress(address)} goes on to ${formatAddress(target)}`);
    }
    await ended;
  } finally {
    await recorder.close();
  }
  const recording = recorder.recording();
  if (recording.turns.length === 0) {
    complain('no message was kept; nothing is written');
    return ExitCodes.data;
  }
  for (const [index, { turns: messages, isTurned }] of transactionsOf(recording.turns, put).entries()) {
    const file = numbered(options.out, index);
    const { exchange, doubts } = await exchangeOf(
      messages,
      recording,
      headOf(options, file, transport, put, isTurned),
      put,
    );
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, isInSuite(file, 'exchanges') ? exchangeFile(exchange) : formatExchange(exchange));
    for (const doubt of doubts) complain(`${file}: ${doubt}`);
    yield `${JSON.stringify({ file, id: exchange.id, messages: messages.length, redactions: recording.redactions, doubts })}\n`;
  }
  return problems > 0 ? ExitCodes.data : ExitCodes.ok;
}

/** The transport that the suite knows of, on which answers come back on the connection, or not. */
function transportOf({ backListen, protocol }: RecordOptions, { awaited }: ProtocolUnderTest): string {
  const known = loadSuite()
    .exchanges.filter((exchange) => exchange.protocol === protocol)
    .map(({ transport }) => transport);
  return known.find((name) => awaited.includes(name) === (backListen === undefined)) ?? known[0] ?? protocol;
}

function headOf(
  options: RecordOptions,
  file: string,
  transport: string,
  { plainProfile }: ProtocolUnderTest,
  isTurned: boolean,
): RecordingHead {
  const { software, softwareVersion, profile = plainProfile } = options;
  const recorded = options.peer ?? options.client;
  const peer = isTurned ? otherRole[recorded] : recorded;
  return {
    id: idOf(file, options.protocol, 'exchanges'),
    title: options.title,
    transport,
    peer: {
      software,
      ...(softwareVersion === undefined ? {} : { version: softwareVersion }),
      profile,
      role: peer,
    },
    source: `recorded with interlend record between ${software} as ${peer} and another system`,
    captured: new Date(),
    licence: options.licence,
    requirements: [],
    writing: {},
  };
}

function lineOf(turn: MessageTurn, { protocol }: ProtocolUnderTest): string {
  const bytes = turnBytes(turn);
  const name = protocol.describe(protocol.decode(bytes).message);
  return `${turn.from}: ${name}, ${bytes.length} octets, connection ${turn.connection}`;
}
