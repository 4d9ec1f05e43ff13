import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { fromPartnerSettings } from '@interlend/alma';
import { type AlmaDouble, createAlmaDouble } from '@interlend/alma/double';
import type { RandomSource, Role } from '@interlend/core';
import { Shelf } from '../alma/shelf.js';
import { SqliteStore } from '../store/sqlite/sqlite-store.js';
import { borrower, type Company, lender } from './trial.js';
import type { Victim } from './victim.js';

/** What became of the loans of one role in Alma. */
export interface MirrorCount {
  /** Loans that the server has. */
  readonly loans: number;
  /** Of them, those that Alma has a request for. */
  readonly inAlma: number;
  /** Those of which a person was told. */
  readonly inReview: number;
  /** Those that neither Alma nor a person knows of. */
  readonly lost: number;
  /** Requests in Alma beyond one for a loan. */
  readonly doubled: number;
}

/** What became of the loans of a server in its Alma. */
export interface MirrorReport {
  readonly calls: number;
  /** Loans that the API has acknowledged and the data file does not have. */
  readonly forgotten: number;
  readonly lender: MirrorCount;
  readonly borrower: MirrorCount;
}

/** Whether Alma or a person knows of every loan, and Alma of none twice. */
export function isFaultless({ forgotten, lender: lent, borrower: borrowed }: MirrorReport): boolean {
  return forgotten + lent.lost + lent.doubled + borrowed.lost + borrowed.doubled === 0;
}

/** An Alma in this process, which a server under trial is wired to. */
export interface AlmaCompany extends Company {
  /** Counts what is in Alma beside the data file of a server that is down. */
  count(): Promise<MirrorReport>;
  close(): Promise<void>;
}

const apiKey = 'trial';
const patron = 'ill';
/** So often must nothing have moved. Whoever looks away too early counts as lost what was still coming. */
const quietLooks = 4;

/**
 * An Alma, and staff who order through the API of the server. Alma's answers come some time after their effect, so that
 * the server is often killed in between.
 */
export async function startAlmaCompany(
  folder: string,
  random: RandomSource,
  answerMs = 20,
): Promise<AlmaCompany> {
  const double = createDouble();
  const moments: Readonly<Record<Role, (() => void)[]>> = { lender: [], borrower: [] };
  let next: Role = 'borrower';
  const answer = getRequestListener(
    async (request) => {
      const response = await double.handle(request);
      if (request.method !== 'POST') return response;
      const [before, after] = [random() * answerMs, answerMs];
      await pause(before);
      const role = new URL(request.url).pathname.includes('/partners/') ? 'lender' : 'borrower';
      for (const hurt of moments[role].splice(0)) hurt();
      await pause(after - before);
      return response;
    },
    { overrideGlobalObjects: false },
  );
  // Never rejects: what goes wrong has become an answer by then.
  const http = createHttpServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const bound = http.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  const apiKeyFile = join(folder, 'key');
  writeFileSync(apiKeyFile, apiKey);
  const acknowledged: string[] = [];
  let isOver = false;
  return {
    settings: {
      alma: {
        server: `http://127.0.0.1:${port}`,
        apiKeyFile,
        rsLibrary: 'RS',
        patron,
        perSecond: 1000,
        keepRemaining: 0,
        retryMs: 50,
      },
    },
    room: () => pause(answerMs * 6),
    async run(victim) {
      for (let number = 1; !isOver; number++) {
        const id = await order(victim, `Order ${number}`);
        if (id !== undefined) acknowledged.push(id);
        // Slower than Alma, or what waits for it only grows.
        await pause(answerMs * 3);
      }
    },
    finish() {
      isOver = true;
    },
    moment: () =>
      new Promise((resolve) => {
        // In turn: while the one call is under way the other one is not.
        next = next === 'lender' ? 'borrower' : 'lender';
        moments[next].push(resolve);
      }),
    async settled(victim) {
      let calls = -1;
      for (let quiet = 0; quiet < quietLooks; ) {
        await pause(300);
        const isQuiet = calls === double.calls.length && !(await isWaiting(victim));
        quiet = isQuiet ? quiet + 1 : 0;
        calls = double.calls.length;
      }
    },
    count: () => countMirrored(join(folder, 'loans.sqlite'), double, acknowledged),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function createDouble(): AlmaDouble {
  return createAlmaDouble({
    apiKey,
    thresholds: { perSecond: 10_000, perDay: 10_000_000 },
    // The list has a hundred rows; a trial makes more requests than that of one partner, all of them open.
    quirks: { taskListCap: false },
    seed: {
      partners: [
        fromPartnerSettings({
          protocol: 'iso-ill',
          code: 'PARTNER',
          name: 'Partner',
          isActive: true,
          lends: true,
          borrows: true,
          symbol: borrower,
          host: '127.0.0.1',
          port: 1611,
          expiry: { rule: 'never' },
          sendsRequesterInformation: false,
          sharesBarcodes: false,
        }),
      ],
      users: [{ primary_id: patron, rs_library: [{ code: { value: 'RS' } }] }],
    },
  });
}

/** Orders something through the API. Gives the loan; nothing when the server went away before it answered. */
async function order(victim: Victim, title: string): Promise<string | undefined> {
  const request = {
    borrower: { symbol: lender },
    lender: { symbol: borrower },
    services: ['loan'],
    item: { title },
  };
  try {
    const response = await fetch(`${await victim.apiUrl}/transactions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ request }),
    });
    if (response.status !== 201) throw new Error(`ordering was answered ${response.status}`);
    const loan: unknown = await response.json();
    return typeof loan === 'object' && loan !== null && 'id' in loan ? String(loan.id) : undefined;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('ordering')) throw error;
    return undefined;
  }
}

/** Whether the server has something left to tell Alma. */
async function isWaiting(victim: Victim): Promise<boolean> {
  const response = await fetch(`${await victim.apiUrl}/alma`);
  const { loans } = (await response.json()) as { readonly loans: readonly { readonly state: string }[] };
  return loans.some(({ state }) => state === 'waiting');
}

async function countMirrored(
  file: string,
  { state, calls }: AlmaDouble,
  acknowledged: readonly string[],
): Promise<MirrorReport> {
  const store = new SqliteStore({ file });
  const shelf = new Shelf(`${file}.alma`);
  try {
    const count = { lender: emptyCount(), borrower: emptyCount() };
    const found = new Set<string>();
    let after: string | undefined;
    do {
      const page = await store.transactions({}, 500, after);
      for (const { id, transaction } of page.rows) {
        found.add(id);
        const { role, request } = transaction;
        // A lending request has the number of its loan, a borrowing request a title that no other loan has.
        const inAlma =
          role === 'lender'
            ? [...state.lending.values()].filter(({ external_id }) => external_id === id).length
            : [...state.borrowing.values()].filter((made) => made.request.title === request.item.title)
                .length;
        const isInReview = shelf.loan(id)?.state === 'review';
        const { loans, lost, doubled, ...of } = count[role];
        count[role] = {
          loans: loans + 1,
          inAlma: of.inAlma + Math.min(inAlma, 1),
          inReview: of.inReview + Number(isInReview),
          lost: lost + Number(inAlma === 0 && !isInReview),
          doubled: doubled + Math.max(inAlma - 1, 0),
        };
      }
      after = page.next;
    } while (after !== undefined);
    const forgotten = acknowledged.filter((id) => !found.has(id)).length;
    return { calls: calls.length, forgotten, ...count };
  } finally {
    shelf.close();
    await store.close();
  }
}

const emptyCount = (): MirrorCount => ({ loans: 0, inAlma: 0, inReview: 0, lost: 0, doubled: 0 });
