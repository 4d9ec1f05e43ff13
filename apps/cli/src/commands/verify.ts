import { Readable } from 'node:stream';
import {
  emptyDesk,
  formatCounts,
  formatFailure,
  HarnessError,
  type JudgedExchange,
  type LivePartner,
  loadSuite,
  operatorDesk,
  outcomeOf,
  type PartnerDesk,
  type Plan,
  planOf,
  protocolsUnderTest,
  type ReportFiles,
  type RunReport,
  referenceDesk,
  reportOf,
  verifyPartner,
  writeReports,
} from '@interlend/conformance';
import { ConfigError, type Role } from '@interlend/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Endpoint, parseEndpoint } from '../addresses.js';
import { ExitCodes } from '../exit-codes.js';
import { readLines } from '../inputs.js';
import type { Output, Surroundings } from '../output.js';
import { addTlsOptions, inOptions, type TlsChoices, tlsOf } from './verify-tls.js';

interface Options extends ReportFiles, TlsChoices {
  readonly system: string;
  readonly role: Role | 'both';
  readonly target?: Endpoint;
  readonly listen?: Endpoint;
  readonly transport?: string;
  readonly desk?: string;
  readonly operator?: true;
  readonly own?: string;
  readonly partner?: string;
  readonly only?: readonly string[];
  readonly wait?: number;
  readonly list?: true;
}

/** Where the token of a desk's API is looked for: what stands on a command line is seen by everybody on the machine. */
const tokenVariable = 'INTERLEND_DESK_TOKEN';
const machineSeconds = 30;
const personSeconds = 900;

/** `interlend verify`: plays Alma's side against a live partner. */
export function verifyCommand(surroundings: Surroundings): Command {
  const command = new Command('verify')
    .description(
      'Plays Alma’s side against a live partner, and reports what the partner does otherwise than it should.',
    )
    .requiredOption('--system <id>', 'row of the support matrix: vdx, aleph, ill-sbn, ladd …')
    .addOption(
      new Option('--role <role>', 'what the partner does: it borrows from us, lends to us, or both')
        .choices(['borrower', 'lender', 'both'])
        .default('both'),
    )
    .option('--target <url>', 'the partner, as HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT', parseEndpoint)
    .option('--listen <url>', 'where the partner says its answers, in the same forms', parseEndpoint)
    .option('--transport <name>', 'how messages travel: for ISO ILL 1611, one way, or 499, both ways')
    .option('--operator', 'a person works at the partner’s desk and is told what to do')
    .option(
      '--desk <url>',
      `the partner is a reference server, whose API works its desk (token: ${tokenVariable})`,
    )
    .option('--own <symbol>', 'symbol of the library that is played')
    .option('--partner <symbol>', 'symbol of the partner’s library')
    .option('--only <names>', 'some of the conversations, separated by commas', (text) => text.split(','))
    .option(
      '--wait <seconds>',
      `how long one message may take (default: ${machineSeconds}; with --operator ${personSeconds})`,
      seconds,
    )
    .option('--list', 'say what would be tried, and try nothing')
    .option('--json <file>', 'the report as JSON')
    .option('--junit <file>', 'the report for a build server, as JUnit’s XML')
    .option('--html <file>', 'the report for people, as one page')
    .action((options: Options) => surroundings.print(verify(options, surroundings)));
  return addTlsOptions(command);
}

function seconds(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 86_400)) throw new InvalidArgumentError('Expected seconds, from 1 to 86400.');
  return number;
}

async function* verify(options: Options, surroundings: Surroundings): Output {
  const { complain, tell } = surroundings;
  try {
    const suite = loadSuite();
    const { system, only, transport } = options;
    const rolesOf = suite.systems.find(({ id }) => id === system)?.roles ?? [];
    const roles = options.role === 'both' ? rolesOf : [options.role];
    const plan = planOf(suite, protocolsUnderTest, {
      system,
      roles,
      ...(only ? { only } : {}),
      ...(transport === undefined ? {} : { transport }),
    });
    if (options.list) {
      yield* listOf(plan);
      return ExitCodes.ok;
    }
    const { target } = options;
    if (!target || (options.operator && options.desk !== undefined)) {
      complain(target ? '--operator and --desk exclude each other' : 'expected --target HOST:PORT');
      return ExitCodes.usage;
    }
    const partner = partnerOf(target, options, surroundings);
    tell(
      `${plan.system.system}: ${plan.scenarios.length} conversations, ${plan.excluded.length} that no live partner can be asked for`,
    );
    const verification = await verifyPartner(plan, suite, partner, {
      begins: ({ exchange }, number, total) => tell(`${number}/${total}  ${exchange.id}  ${exchange.title}`),
      ends: (exchange) => tell(progressLine(exchange)),
    }).finally(() => options.operator && hangUp(surroundings.stdin));
    const report = reportOf(verification, partner);
    writeReports(report, { system, protocol: plan.system.protocol, roles }, options);
    yield* summary(report);
    const outcome = outcomeOf(report);
    return outcome.code;
  } catch (error) {
    if (error instanceof ConfigError) {
      complain(inOptions(error));
      return ExitCodes.usage;
    }
    if (!(error instanceof HarnessError)) throw error;
    complain(error.message);
    return ExitCodes.cannotRun;
  }
}

function partnerOf(target: Endpoint, options: Options, surroundings: Surroundings): LivePartner {
  const { listen, own, partner, wait, operator } = options;
  return {
    target: target.address,
    ...(listen ? { listen: listen.address } : {}),
    ...tlsOf(options, target, listen, surroundings.environment),
    desk: deskOf(options, surroundings),
    patienceMs: (wait ?? (operator ? personSeconds : machineSeconds)) * 1000,
    signal: interruption(surroundings.interrupted()),
    parties: { ...(own === undefined ? {} : { own }), ...(partner === undefined ? {} : { partner }) },
  };
}

/** The signal with a reason for the report. */
function interruption(interrupted: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort('the verification was interrupted');
  if (interrupted.aborted) abort();
  interrupted.addEventListener('abort', abort, { once: true });
  return controller.signal;
}

function deskOf({ desk, operator }: Options, { environment, tell, stdin }: Surroundings): PartnerDesk {
  if (desk !== undefined) return referenceDesk(desk, environment[tokenVariable] || undefined);
  return operator ? operatorDesk({ say: tell, lines: textLines(stdin) }) : emptyDesk;
}

/** Stops reading from a terminal, which would keep the process waiting for one more line. */
function hangUp(stdin: AsyncIterable<Uint8Array>): void {
  if (stdin instanceof Readable) stdin.destroy();
}

async function* textLines(stdin: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const { text } of readLines(stdin)) if (text !== undefined) yield text;
}

function progressLine({ verdict, checks }: JudgedExchange): string {
  const open = checks.find((judged) => judged.verdict === verdict && judged.check.problem);
  const why =
    verdict === 'pass' ? '' : `  ${open?.check.id ?? ''}: ${open?.check.problem?.text.split('\n')[0] ?? ''}`;
  return `      ${verdict}${why}`;
}

function* listOf({ scenarios, excluded }: Plan): Generator<string> {
  for (const { exchange, isRequired } of scenarios) {
    yield `${isRequired ? 'required' : 'optional'}  ${exchange.id}  ${exchange.title}\n`;
  }
  for (const { id, why } of excluded) yield `not live  ${id}  ${why}\n`;
}

function* summary(report: RunReport): Generator<string> {
  for (const exchange of report.exchanges) {
    for (const line of formatFailure(exchange, (_, text) => text)) yield `${line}\n`;
  }
  for (const { id, why } of report.excluded) yield `not live  ${id}  ${why}\n`;
  const open = report.requirements.filter(({ outcome }) => outcome === 'not tried').map(({ id }) => id);
  if (open.length > 0) yield `not tried  requirements ${open.join(', ')}\n`;
  for (const complaint of report.complaints) yield `not conformant: ${complaint}\n`;
  yield `${report.title}: ${formatCounts(report.exchanges)}; ${outcomeOf(report).words}\n`;
}
