import { type AlmaClient, AlmaLimiter, createAlmaClient } from '@interlend/alma';
import { type Clock, isSameSymbol } from '@interlend/core';
import type { Directory } from '../directory.js';
import { faultOf, type Logger } from '../logger.js';
import type { Observer } from '../observer.js';
import type { ProtocolRegistry } from '../registry.js';
import type { AlmaSettings, Settings } from '../settings.js';
import type { Store, TransactionRecord } from '../store/store.js';
import { Follower, type FollowParts } from './follow.js';
import type { Import, SkippedPartner } from './import.js';
import { accountPasswords, completePeers } from './mail-partners.js';
import { longestPauseMs, Mirror } from './mirror.js';
import { importPartners } from './partners.js';
import { apiKeyOf } from './settings.js';
import { Shelf } from './shelf.js';
import { type AlmaStatus, problemOf } from './status.js';

/** What a link works with. */
export interface AlmaLinkParts {
  readonly settings: Settings;
  readonly store: Store;
  readonly directory: Directory;
  readonly registry: ProtocolRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch?: typeof globalThis.fetch;
  /** Says something in a loan, as staff of this server do. */
  readonly act: FollowParts['act'];
}

const rescanned = 500;

/**
 * Tells an Alma what happens to loans, and takes its partners as peers. Lending never waits for it: what Alma does not take
 * is kept and tried again, and what it refuses waits for a person.
 */
export class AlmaLink implements Partial<Observer> {
  readonly #parts: AlmaLinkParts;
  readonly #settings: AlmaSettings;
  readonly #client: AlmaClient;
  readonly #shelf: Shelf;
  readonly #follower: Follower;
  readonly #passwordOf: ReturnType<typeof accountPasswords>;
  readonly #mirror: Mirror;
  /** What is said because staff did it in Alma, which need not be told of it. */
  readonly #followed = new Set<string>();
  readonly #since: Date;
  readonly #dirty = new Set<string>();
  readonly #stop = new AbortController();
  #working: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #importAt = 0;
  #lookAt = 0;
  /** Something was asked for while work was under way. */
  #isAsked = false;
  #importedAt: Date | undefined;
  #skipped: readonly SkippedPartner[] = [];
  /** The partners of the last import, as far as they could be completed. */
  #taken: Import = { peers: [], skipped: [] };
  #lastContact: Date | undefined;
  #problem: string | undefined;

  /** @throws ConfigError when there is no key */
  constructor(settings: AlmaSettings, parts: AlmaLinkParts) {
    const { data } = parts.settings;
    this.#parts = parts;
    this.#settings = settings;
    this.#passwordOf = accountPasswords(settings.mail);
    this.#client = createAlmaClient({
      server: settings.server,
      apiKey: apiKeyOf(settings),
      limiter: new AlmaLimiter({ perSecond: settings.perSecond, keepRemaining: settings.keepRemaining }),
      // Attempts are this link's own, so that they are kept.
      attempts: 1,
      ...(parts.fetch && { fetch: parts.fetch }),
    });
    this.#shelf = new Shelf(data === ':memory:' ? data : `${data}.alma`);
    const { store, logger, act, clock } = parts;
    const common = { client: this.#client, settings, shelf: this.#shelf, store };
    this.#follower = new Follower({ ...common, logger, act });
    this.#since = this.#shelf.since(clock.now());
    this.#mirror = new Mirror({
      ...common,
      clock,
      since: this.#since,
      signal: this.#stop.signal,
      isFollowed: (id, key) => this.#followed.delete(`${id} ${key}`),
      watch: (user, request) => {
        if (settings.follow === 'yes') this.#follower.watch(user, request);
      },
      succeeded: () => this.#succeeded(),
      failed: (error) => this.#failed(error),
    });
  }

  /** Takes the partners that were imported last, and takes up what was left. Alma itself is not waited for. */
  async start(): Promise<void> {
    this.#takePeers();
    for (const { transactionId } of this.#shelf.unfinished()) this.#dirty.add(transactionId);
    await this.#rescan();
    this.#wake();
  }

  stepped({ id, library }: TransactionRecord): void {
    if (!this.#isOurs(library)) return;
    this.#dirty.add(id);
    this.#wake();
  }

  get status(): AlmaStatus {
    return {
      lastContact: this.#lastContact,
      problem: this.#problem,
      remaining: this.#client.remaining,
      importedAt: this.#importedAt,
      partners: this.#taken.peers.length,
      skipped: [...this.#skipped, ...this.#taken.skipped],
      loans: this.#shelf.unfinished(),
    };
  }

  /**
   * A person says: try again now. `request` is the number of the request in Alma, where they found it there. False when
   * nothing waits.
   */
  retry(transactionId: string, request?: string): boolean {
    const loan = this.#shelf.loan(transactionId);
    if (!loan || loan.state === 'done') return false;
    const found = request === undefined ? {} : { request };
    this.#shelf.keep({ ...loan, ...found, state: 'waiting', attempts: 0, dueAt: undefined });
    this.#dirty.add(transactionId);
    this.#wake();
    return true;
  }

  /** Reads the partners again, and looks at the requests, now. */
  refresh(): void {
    this.#importAt = 0;
    this.#lookAt = 0;
    this.#isAsked = true;
    this.#wake();
  }

  /** Resolves when nothing can be done now. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.idle();
    this.#shelf.close();
  }

  #isOurs(library: string): boolean {
    const own = this.#settings.library ?? this.#parts.settings.libraries[0]?.symbol;
    return own !== undefined && isSameSymbol(own, library);
  }

  /**
   * Loans that a crash kept from being noticed: everything newer than the newest that is known, some before it, and what is
   * open.
   */
  async #rescan(): Promise<void> {
    const { store } = this.#parts;
    const newest = this.#shelf.newest() ?? '';
    for (const isOpen of [true, undefined]) {
      let after: string | undefined;
      let left = rescanned;
      do {
        const page = await store.transactions(isOpen === undefined ? {} : { isOpen }, 500, after);
        for (const record of page.rows) {
          if (record.id <= newest) left--;
          if (record.createdAt >= this.#since && this.#isOurs(record.library)) this.#dirty.add(record.id);
        }
        after = page.next;
      } while (after !== undefined && (isOpen === true || left > 0));
    }
  }

  #wake(): void {
    if (this.#working || this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      if (this.#dirty.size > 0 || this.#isAsked) this.#wake();
      else this.#sleep();
    });
  }

  #sleep(): void {
    if (this.#stop.signal.aborted) return;
    const now = this.#parts.clock.now().getTime();
    const dues = this.#shelf.unfinished().flatMap(({ dueAt }) => dueAt?.getTime() ?? []);
    const next = Math.min(this.#importAt, this.#lookAt, ...dues);
    this.#timer = setTimeout(() => this.#wake(), Math.min(Math.max(next - now, 10), longestPauseMs));
    this.#timer.unref();
  }

  async #work(): Promise<void> {
    const { clock, logger } = this.#parts;
    this.#isAsked = false;
    try {
      if (clock.now().getTime() >= this.#importAt) await this.#import();
      for (const { transactionId, state, dueAt } of this.#shelf.unfinished()) {
        if (state === 'waiting' && (dueAt === undefined || dueAt <= clock.now()))
          this.#dirty.add(transactionId);
      }
      for (const id of this.#dirty) {
        if (this.#stop.signal.aborted) return;
        this.#dirty.delete(id);
        await this.#mirror.tell(id);
      }
      if (clock.now().getTime() >= this.#lookAt) await this.#follow();
    } catch (error) {
      // A fault of this server: lending goes on, and the next change tries again.
      logger.error(faultOf(error), 'mirroring to Alma failed');
    }
  }

  /** Makes the partners that were imported last the peers of this server. */
  #takePeers(): void {
    const { settings, directory, registry } = this.#parts;
    const completion = { settings, alma: this.#settings, registry, passwordOf: this.#passwordOf };
    this.#taken = completePeers(this.#shelf.peers(), completion);
    directory.setImported(this.#taken.peers.map(({ peer }) => peer));
  }

  async #import(): Promise<void> {
    const { clock, logger, registry } = this.#parts;
    const { importPartners: wanted, refreshMs, retryMs } = this.#settings;
    if (wanted === 'no') {
      this.#importAt = Number.POSITIVE_INFINITY;
      return;
    }
    try {
      const { peers, skipped } = await importPartners(this.#client, registry, this.#stop.signal);
      this.#shelf.keepPeers(peers);
      this.#skipped = skipped;
      this.#takePeers();
      this.#importedAt = clock.now();
      this.#importAt = clock.now().getTime() + refreshMs;
      this.#succeeded();
      const { partners, skipped: left } = this.status;
      logger.info({ partners, skipped: left.length }, 'partners imported from Alma');
    } catch (error) {
      this.#importAt = clock.now().getTime() + retryMs;
      this.#failed(error);
    }
  }

  async #follow(): Promise<void> {
    const { follow, followMs, retryMs } = this.#settings;
    const now = this.#parts.clock.now().getTime();
    if (follow === 'no') {
      this.#lookAt = Number.POSITIVE_INFINITY;
      return;
    }
    try {
      await this.#follower.look(this.#stop.signal, (id, key) => this.#followed.add(`${id} ${key}`));
      this.#lookAt = now + followMs;
      this.#succeeded();
    } catch (error) {
      this.#lookAt = now + retryMs;
      this.#failed(error);
    }
  }

  #succeeded(): void {
    this.#lastContact = this.#parts.clock.now();
    this.#problem = undefined;
  }

  #failed(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#problem = problemOf(error);
    this.#parts.logger.warn({ problem: this.#problem }, 'Alma did not do what it was asked');
  }
}
