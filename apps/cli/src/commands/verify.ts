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
  type Suite,
  systemsToVerify,
  verifyPartner,
  writeReports,
} from '@interlend/conformance';
import { ConfigError, type Role } from '@interlend/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Endpoint, parsePartnerEndpoint } from '../addresses.js';
import { ExitCodes } from '../exit-codes.js';
import { readLines } from '../inputs.js';
import type { Output, Surroundings } from '../output.js';
import { reachOf } from './verify-reach.js';
import { addTlsOptions, inOptions, type TlsChoices } from './verify-tls.js';
import { collectValue, listOfValues, type Values, valuesOf } from './verify-values.js';

interface Options extends ReportFiles, TlsChoices {
  readonly system?: string;
  readonly role: Role | 'both';
  readonly target?: Endpoint;
  readonly listen?: Endpoint;
  readonly transport?: string;
  readonly profile?: string;
  readonly desk?: string;
  readonly operator?: true;
  readonly own?: string;
  readonly partner?: string;
  readonly value?: Values;
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
    .option('--system <id>', 'row of the support matrix; --list alone says which there are')
    .addOption(
      new Option('--role <role>', 'what the partner does: it borrows, it lends, or both')
        .choices(['borrower', 'lender', 'both'])
        .default('both'),
    )
    .option(
      '--target <url>',
      'the partner, as HOST:PORT, or behind tcp://, tls://; its mail server behind smtp://, smtps://, smtp+starttls://',
      parsePartnerEndpoint,
    )
    .option('--listen <url>', 'where the partner says its answers, in the same forms', parsePartnerEndpoint)
    .option('--transport <name>', 'how messages travel: for ISO ILL 1611, one way, or 499, both ways')
    .option(
      '--profile <name>',
      'over SLNP, the profile that the library has for its central server: default, koha, sisis or alma',
    )
    .option('--operator', 'a person works at the partner’s desk and is told what to do')
    .option(
      '--desk <url>',
      `the partner is a reference server, whose API works its desk (token: ${tokenVariable})`,
    )
    .option('--own <symbol>', 'symbol of the library that is played')
    .option('--partner <symbol>', 'symbol of the partner’s library')
    .option(
      '--value <name=value>',
      'a value that the partner needs in place of the suite’s, for instance a reader; may stand several times; --list names them',
      collectValue,
    )
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
    const { system, only, transport, profile, role } = options;
    if (system === undefined) {
      if (options.list) {
        yield* listOfSystems(suite);
        return ExitCodes.ok;
      }
      complain('expected --system ID; --list says which there are');
      return ExitCodes.usage;
    }
    const plan = planOf(suite, protocolsUnderTest, {
      system,
      ...(role === 'both' ? {} : { roles: [role] }),
      ...(only ? { only } : {}),
      ...(transport === undefined ? {} : { transport }),
      ...(profile === undefined ? {} : { profile }),
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
    const partner = partnerOf(plan, target, options, surroundings);
    tell(
      `${plan.system.system}: ${plan.scenarios.length} conversations, ${plan.excluded.length} that no live partner can be asked for`,
    );
    const verification = await verifyPartner(plan, suite, partner, {
      begins: ({ exchange }, number, total) => tell(`${number}/${total}  ${exchange.id}  ${exchange.title}`),
      ends: (exchange) => tell(progressLine(exchange)),
    }).finally(() => options.operator && hangUp(surroundings.stdin));
    const report = reportOf(verification, partner);
    const roles = role === 'both' ? plan.system.roles : [role];
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

function partnerOf(plan: Plan, target: Endpoint, options: Options, surroundings: Surroundings): LivePartner {
  const { listen, own, partner, value = {}, wait, operator } = options;
  return {
    ...reachOf({ target, ...(listen ? { listen } : {}) }, plan, options, surroundings.environment),
    particulars: valuesOf(plan, value, surroundings.environment),
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

function* listOfSystems(suite: Suite): Generator<string> {
  for (const { id, system, protocol, roles } of systemsToVerify(suite, protocolsUnderTest)) {
    const { scenarios } = planOf(suite, protocolsUnderTest, { system: id });
    if (scenarios.length === 0) continue;
    yield `${id}  ${system}  ${protocol}  ${roles.join(', ')}  ${scenarios.length} conversation${scenarios.length === 1 ? '' : 's'}\n`;
  }
}

function* listOf(plan: Plan): Generator<string> {
  for (const { exchange, isRequired } of plan.scenarios) {
    yield `${isRequired ? 'required' : 'optional'}  ${exchange.id}  ${exchange.title}\n`;
  }
  for (const { id, why } of plan.excluded) yield `not live  ${id}  ${why}\n`;
  yield* listOfValues(plan);
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
