import {
  type Capabilities,
  type DeclaredStatus,
  LendingSteps,
  type MeasuredStatus,
  type Role,
} from '@interlend/core';
import { type Exchange, Origins } from '@interlend/testing';
import type { Requirements } from '../suite/requirements.js';
import type { SystemRow } from '../suite/systems.js';
import { measureRequirements, type RequirementRow } from './requirements.js';
import type { JudgedExchange } from './verdicts.js';

type Origin = Exchange['provenance']['origin'];

/** Exchanges that passed, of those there are or ought to be. */
export interface Tally {
  readonly passed: number;
  readonly total: number;
}

/** A row of the matrix as measured. `Not Yet Covered`: there is no package for its protocol, so nothing was run. */
export interface MatrixRow {
  readonly id: string;
  readonly system: string;
  readonly vendor: string;
  readonly protocol: string;
  readonly functionality: string;
  readonly declared: DeclaredStatus;
  readonly declaredBy: string;
  readonly measured: MeasuredStatus | 'Not Yet Covered';
  readonly exchanges: Tally;
  /** By what the system is in the conversation. */
  readonly roles: Readonly<Partial<Record<Role, Tally>>>;
  /** The best origin among its exchanges; `none` without any. */
  readonly evidence: Origin | 'none';
  readonly isSyntheticOnly: boolean;
  /** Ids of required exchanges that do not exist, or in which the system has the other role. */
  readonly absent: readonly string[];
  /** Ids of exchanges that do not pass. */
  readonly failing: readonly string[];
}

/** What a wire can say. */
export interface StepRow {
  readonly protocol: string;
  readonly event: string;
  readonly from: Role;
  /** The canonical step that the event is, if any. */
  readonly step?: string;
  readonly can: 'yes' | 'local-only';
  /** The message that says it, or why there is none. */
  readonly how: string;
  readonly evidence: string;
}

/** What a run measured. */
export interface Matrix {
  readonly rows: readonly MatrixRow[];
  readonly steps: readonly StepRow[];
  readonly requirements: readonly RequirementRow[];
}

function tally(exchanges: readonly JudgedExchange[], missing: number): Tally {
  return {
    passed: exchanges.filter(({ verdict }) => verdict === 'pass').length,
    total: exchanges.length + missing,
  };
}

/** Measures one row by the exchanges in its folder. */
export function measureRow(row: SystemRow, isCovered: boolean, judged: readonly JudgedExchange[]): MatrixRow {
  const prefix = `${row.protocol}/${row.id}/`;
  const mine = judged.filter(({ result }) => result.exchange.id.startsWith(prefix));
  const byName = new Map(
    mine.map((exchange) => [exchange.result.exchange.id.slice(prefix.length), exchange]),
  );
  const lacking = (role: Role) =>
    row.requires[role].filter((name) => byName.get(name)?.result.exchange.peer.role !== role);
  const failing = mine.filter(({ verdict }) => verdict !== 'pass').map(({ result }) => result.exchange.id);
  const absent = row.roles.flatMap(lacking).map((name) => `${prefix}${name}`);
  const isIncomplete = absent.length > 0 || row.roles.some((role) => row.requires[role].length === 0);
  const origins = mine.map(({ result }) => result.exchange.provenance.origin);
  const roles = Object.fromEntries(
    row.roles.map((role): [Role, Tally] => [
      role,
      tally(
        mine.filter(({ result }) => result.exchange.peer.role === role),
        lacking(role).length,
      ),
    ]),
  );
  return {
    id: row.id,
    system: row.system,
    vendor: row.vendor,
    protocol: row.protocol,
    functionality: row.functionality,
    declared: row.declared.status,
    declaredBy: row.declared.source,
    measured: !isCovered
      ? 'Not Yet Covered'
      : failing.length > 0
        ? 'Failing'
        : isIncomplete
          ? 'Being Tested'
          : 'Verified',
    exchanges: tally(mine, absent.length),
    roles,
    evidence: Origins.find((origin) => origins.includes(origin)) ?? 'none',
    isSyntheticOnly: origins.length > 0 && origins.every((origin) => origin === 'synthetic'),
    absent,
    failing,
  };
}

/** Whether a row measures below what is declared of it. A row without a package is shown, and does not fail the run. */
export function isBelowDeclaration({
  declared,
  measured,
}: Pick<MatrixRow, 'declared' | 'measured'>): boolean {
  if (measured === 'Not Yet Covered' || measured === 'Verified') return false;
  if (measured === 'Failing') return true;
  return declared === 'Production' || declared === 'Verified';
}

function stepsOf({ protocol, events }: Capabilities): readonly StepRow[] {
  return events.map(({ event, from, ability }): StepRow => {
    const canonical = LendingSteps.find(
      (row) => row.from === from && (row.events as readonly string[]).includes(event),
    );
    return {
      protocol,
      event,
      from,
      ...(canonical ? { step: canonical.step } : {}),
      can: ability.can,
      how: ability.can === 'yes' ? ability.by : ability.why,
      evidence: ability.evidence,
    };
  });
}

/** Computes the matrix from what was found. Nobody writes a cell of it by hand. */
export function measure(
  systems: readonly SystemRow[],
  requirements: readonly Requirements[],
  capabilities: readonly Capabilities[],
  judged: readonly JudgedExchange[],
): Matrix {
  const covered = new Set(capabilities.map(({ protocol }) => protocol));
  return {
    rows: systems.map((row) => measureRow(row, covered.has(row.protocol), judged)),
    steps: capabilities.flatMap(stepsOf),
    requirements: requirements.flatMap((file) => measureRequirements(file, judged)),
  };
}
