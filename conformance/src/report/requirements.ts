import type { Requirements, Way } from '../suite/requirements.js';
import { failingVerdicts, type JudgedExchange } from './verdicts.js';

/** A requirement as measured. */
export interface RequirementRow {
  readonly protocol: string;
  readonly id: string;
  readonly clause: string;
  readonly level: string;
  readonly text: string;
  readonly outcome: 'pass' | 'fail' | 'excluded' | 'not tried';
  readonly exchanges: number;
  /** Why it is excluded. */
  readonly reason?: string;
}

/** What became of every requirement of a protocol: met when all exchanges that name it pass in its ways. */
export function measureRequirements(
  { protocol, requirements }: Requirements,
  judged: readonly JudgedExchange[],
): readonly RequirementRow[] {
  return requirements.map((requirement): RequirementRow => {
    const { id, clause, level, text } = requirement;
    const base = { protocol, id, clause, level, text };
    if ('excluded' in requirement)
      return { ...base, outcome: 'excluded', exchanges: 0, reason: requirement.excluded };
    const naming = judged.filter(
      ({ result: { exchange } }) => exchange.protocol === protocol && exchange.requirements.includes(id),
    );
    const isMet = naming.every((exchange) => requirement.checks.every((way) => passes(exchange, way)));
    return {
      ...base,
      outcome: naming.length === 0 ? 'not tried' : isMet ? 'pass' : 'fail',
      exchanges: naming.length,
    };
  });
}

/** Whether an exchange was looked at in a way, and nothing failed. */
function passes({ checks }: JudgedExchange, way: Way): boolean {
  const mine = checks.filter(({ check }) => check.id.startsWith(`${way}/`));
  return mine.length > 0 && mine.every(({ verdict }) => verdict === 'pass' || verdict === 'not applicable');
}

/** What became of them with a live partner, which can show some of them only. */
export function requirementsShown(
  file: Requirements,
  judged: readonly JudgedExchange[],
  system: string,
): readonly RequirementRow[] {
  const notLive = new Map(
    file.requirements.flatMap((row) => ('notLive' in row && row.notLive ? [[row.id, row.notLive]] : [])),
  );
  return measureRequirements(file, judged).map((row): RequirementRow => {
    const why = notLive.get(row.id);
    if (why !== undefined) return { ...row, outcome: 'excluded', exchanges: 0, reason: why };
    const naming = judged.filter(({ result }) => result.exchange.requirements.includes(row.id));
    const open = naming.find(({ verdict }) => failingVerdicts.has(verdict));
    const isBroken = naming.some(({ checks }) => checks.some(({ verdict }) => verdict === 'fail'));
    if (open && !(row.outcome === 'fail' && isBroken)) {
      const first = open.checks.find(({ verdict }) => failingVerdicts.has(verdict));
      const reason = `${open.result.exchange.id} came to no end: ${first?.check.id ?? ''} ${first?.verdict ?? ''}`;
      return { ...row, outcome: 'not tried', reason };
    }
    if (row.outcome !== 'not tried') return row;
    return { ...row, reason: `no scenario that was tried with ${system} shows it` };
  });
}
