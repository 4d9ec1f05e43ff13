import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerAddress, RandomSource } from '@interlend/core';
import type { AnyProtocol } from '../any-protocol.js';
import { storedKey } from '../intake/stored-key.js';
import type { ProtocolRegistry } from '../registry.js';
import { countEffects, type Effects } from './effects.js';
import { type Line, type Speaker, speakerFor } from './speakers.js';
import { Victim } from './victim.js';
import { type Wire, wireOf } from './wires.js';

/** What a trial needs. */
export interface TrialOptions {
  readonly registry: ProtocolRegistry;
  readonly protocol: string;
  readonly transport: string;
  /** Program and arguments of a server with the same registry, up to `--config FILE`. */
  readonly server: readonly string[];
  /** A fresh folder. */
  readonly folder: string;
  readonly rounds: number;
  /** Partners that speak at the same time. */
  readonly parallel: number;
  readonly random: RandomSource;
  /** How long answers that were on their way in a crash may take in the end. */
  readonly patienceMs: number;
  readonly progress: (line: string) => void;
  /** Something else that the server has to do with. */
  readonly company?: Company;
}

/** Something else that a server under trial has to do with, beside its partners. */
export interface Company {
  /** Settings that the server needs for it. */
  readonly settings: object;
  /** Resolves when partners may begin one more loan: a load faster than the company is only waited for in the end. */
  room(): Promise<void>;
  /** Keeps the server busy until {@link Company.finish}. */
  run(victim: Victim): Promise<void>;
  finish(): void;
  /** Resolves at a moment in which a crash may hurt. */
  moment(): Promise<void>;
  /** Resolves when the server, which lives now, owes nothing more. */
  settled(victim: Victim): Promise<void>;
}

/** What a trial found. */
export interface TrialReport extends Effects {
  readonly rounds: number;
  /** Messages sent, repeats among them. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Messages sent again because their acknowledgement did not come. */
  readonly repeated: number;
  /** Acknowledged questions to which no answer ever came. */
  readonly unanswered: number;
  /** Rounds in which the server was killed before it was ready again. */
  readonly killedWhileStarting: number;
}

/** A message that the server has acknowledged. */
export interface Acknowledged {
  readonly key: string;
  readonly raw: Uint8Array;
  readonly kind: Line['kind'];
}

/** The partner that asks. */
export const borrower = 'TEST:REQ';
/** The library of the server. */
export const lender = 'TEST:RSP';

/**
 * Kills a server under load, again and again, then counts what became of the messages that it had acknowledged: each must
 * be there, and each must have had its effect once.
 */
export async function runTrial(options: TrialOptions): Promise<TrialReport> {
  const { registry, protocol: name, transport, server, folder, rounds, random, progress } = options;
  const binding = registry.get(name);
  const wire = binding && wireOf(binding, transport);
  if (!binding || !wire) throw new Error(`no transport ${transport} of ${name}`);
  const speaker = speakerFor(binding.protocol, { partner: borrower, own: lender });
  const answered = new Set<string>();
  const hear = (raw: Uint8Array): unknown => {
    const { message } = binding.protocol.decode(raw);
    answered.add(binding.protocol.correlate(message).key);
    return message;
  };
  const ear = await wire.listen(hear);
  const data = join(folder, 'loans.sqlite');
  const config = join(folder, 'settings.yaml');
  const { company } = options;
  const own = settings(name, transport, data, ear.address, speaker);
  writeFileSync(config, JSON.stringify({ ...own, ...company?.settings }));
  const victim = new Victim([...server, '--config', config]);
  const load = new Load({ protocol: binding.protocol, wire, speaker, victim, hear });
  let killedWhileStarting = 0;
  try {
    victim.start();
    const running = Promise.all([load.run(options.parallel, company), company?.run(victim)]);
    for (let round = 1; round <= rounds; round += 1) {
      if (round % 5 === 0) {
        killedWhileStarting += 1;
      } else {
        await victim.address;
        await load.acknowledgedMore();
        await company?.moment();
      }
      if (!company) await pause(random() * 150);
      await victim.end();
      progress(`round ${round}: ${load.acknowledged.length} acknowledged, ${load.repeated} repeated`);
      victim.start();
    }
    await victim.address;
    load.finish();
    company?.finish();
    await running;
    await company?.settled(victim);
    const unanswered = await stillUnanswered(load, answered, options.patienceMs);
    await victim.end('SIGTERM');
    const effects = await countEffects(data, binding.protocol, load.acknowledged);
    const { sent, repeated } = load;
    return {
      rounds,
      sent,
      acknowledged: load.acknowledged.length,
      repeated,
      unanswered,
      killedWhileStarting,
      ...effects,
    };
  } finally {
    load.finish();
    company?.finish();
    await victim.end();
    await ear.close();
  }
}

/** What partners work with. */
interface Situation {
  readonly protocol: AnyProtocol;
  readonly wire: Wire;
  readonly speaker: Speaker;
  readonly victim: Victim;
  /** Notes an answer, and gives what it says. */
  hear(raw: Uint8Array): unknown;
}

/** Partners that speak, each to the end of its conversation. */
class Load {
  readonly acknowledged: Acknowledged[] = [];
  sent = 0;
  repeated = 0;
  readonly #situation: Situation;
  #isOver = false;
  #number = 0;
  #wake: (() => void) | undefined;

  constructor(situation: Situation) {
    this.#situation = situation;
  }

  /** Speaks until {@link Load.finish}, each partner to the end of its loan. */
  async run(parallel: number, company?: Company): Promise<void> {
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        while (!this.#isOver) {
          await this.#askOnce();
          await company?.room();
        }
      }),
    );
  }

  finish(): void {
    this.#isOver = true;
  }

  /** Resolves when one more message was acknowledged. */
  acknowledgedMore(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #askOnce(): Promise<void> {
    this.#number += 1;
    for (const line of this.#situation.speaker.conversation(this.#number)) await this.#sayUntilTaken(line);
  }

  /** As a partner does: the same octets again until they are acknowledged. */
  async #sayUntilTaken({ kind, message }: Line): Promise<void> {
    const { protocol, victim } = this.#situation;
    const raw = protocol.encode(message);
    const key = storedKey(protocol.correlate(message), borrower);
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      const { generation } = victim;
      let address: PeerAddress;
      try {
        address = await victim.address;
      } catch {
        await pause(20);
        continue;
      }
      this.sent += 1;
      if (attempt > 0) this.repeated += 1;
      if (await this.#isAcknowledged(address, raw)) {
        this.acknowledged.push({ key, raw, kind });
        this.#wake?.();
        return;
      }
      // Nobody is there until the next start; without a pause the loop would only burn time.
      if (generation === victim.generation) await pause(20);
    }
    throw new Error(`message of ${key} was never acknowledged`);
  }

  async #isAcknowledged(address: PeerAddress, raw: Uint8Array): Promise<boolean> {
    const { wire, speaker, hear } = this.#situation;
    const response = await wire.say(address, raw);
    if (typeof response === 'string') return response === 'acknowledged';
    return speaker.isAcknowledgement(hear(response));
  }
}

async function stillUnanswered(
  load: Load,
  answered: ReadonlySet<string>,
  patienceMs: number,
): Promise<number> {
  const questions = load.acknowledged.filter(({ kind }) => kind === 'question');
  const missing = (): number => questions.filter(({ key }) => !answered.has(key)).length;
  // Answers that were on their way in a crash go again after a pause of the delivery.
  const until = Date.now() + patienceMs;
  while (missing() > 0 && Date.now() < until) await pause(20);
  return missing();
}

function settings(
  protocol: string,
  transport: string,
  data: string,
  ear: PeerAddress,
  { isHub, peer, library }: Speaker,
): object {
  return {
    data,
    api: { port: 0 },
    listeners: [{ protocol, transport, port: 0, connections: 2000, connectionsPerAddress: 2000 }],
    libraries: [{ symbol: lender, name: 'Lender', ...library }],
    peers: [{ symbol: borrower, protocol, transport, address: `${ear.host}:${ear.port}`, isHub, ...peer }],
    delivery: { attempts: 10, firstDelayMs: 100, factor: 1.5, perPeer: 64, settleMs: 20 },
    log: { level: 'info' },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
