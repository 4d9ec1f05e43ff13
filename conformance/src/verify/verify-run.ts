import { type RequirementRow, requirementsShown } from '../report/requirements.js';
import { failingVerdicts, type JudgedExchange, judge } from '../report/verdicts.js';
import { HarnessError } from '../run/checks.js';
import type { Suite } from '../suite/load.js';
import type { LiveStage } from './live-stage.js';
import { tryScenario } from './live-way.js';
import type { Excluded, Plan, Scenario } from './scenarios.js';

/** What was found out about a live partner. */
export interface Verification {
  readonly plan: Plan;
  readonly exchanges: readonly JudgedExchange[];
  readonly requirements: readonly RequirementRow[];
  readonly excluded: readonly Excluded[];
  /** One line for each reason why the partner is not conformant. */
  readonly complaints: readonly string[];
  readonly isBroken: boolean;
}

/** Told while a verification runs. */
export interface VerificationProgress {
  begins(scenario: Scenario, number: number, total: number): void;
  ends(exchange: JudgedExchange): void;
}

/** @throws HarnessError when the first conversation came to nothing, because nobody has said anything yet */
function assertAlive({ verdict, checks }: JudgedExchange, { line }: LiveStage): void {
  if (verdict !== 'fail' || line.isAlive) return;
  const silent = checks.find(({ check }) => check.outcome === 'fail');
  throw new HarnessError(
    `the partner never answered: ${silent?.check.problem?.text ?? 'nothing came'}; see whether it speaks this protocol where --target says, was told where to answer (--listen), and knows both libraries by the names that --own and --partner give`,
  );
}

/**
 * Tries the scenarios of a plan with a live partner, one after the other.
 *
 * @throws HarnessError when nothing answers where the partner should be
 */
export async function runVerification(
  plan: Plan,
  suite: Suite,
  stage: LiveStage,
  progress: VerificationProgress,
): Promise<Verification> {
  await stage.line.knock().catch((error: unknown) => {
    throw new HarnessError(
      `the partner is not reached: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const exchanges: JudgedExchange[] = [];
  for (const [index, scenario] of plan.scenarios.entries()) {
    stage.line.reset();
    progress.begins(scenario, index + 1, plan.scenarios.length);
    const [judged] = judge([await tryScenario(scenario, stage)], []).exchanges;
    if (!judged) continue;
    assertAlive(judged, stage);
    exchanges.push(judged);
    progress.ends(judged);
  }
  const { protocol } = plan.system;
  const requirements = suite.requirements
    .filter((file) => file.protocol === protocol)
    .flatMap((file) => requirementsShown(file, exchanges, plan.system.system));
  const complaints = [
    ...(exchanges.length === 0 ? ['no scenario was tried'] : []),
    ...exchanges
      .filter(({ verdict }) => failingVerdicts.has(verdict))
      .map(({ result, verdict }) => `${result.exchange.id}: ${verdict}`),
    ...requirements
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ id, level, text }) => `requirement ${protocol} ${id} (${level}) is not met: ${text}`),
  ];
  return {
    plan,
    exchanges,
    requirements,
    excluded: plan.excluded,
    complaints,
    isBroken: exchanges.some(({ verdict }) => verdict === 'harness error'),
  };
}
