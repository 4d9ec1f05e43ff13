import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from './observer.js';
import type { Store } from './store/store.js';

/** Figures of one server in the form Prometheus reads. */
export interface Metrics {
  readonly observer: Partial<Observer>;
  readonly contentType: string;
  text(): Promise<string>;
}

/** Counts what a server does. */
export function createMetrics(store: Store, waiting: () => ReadonlyMap<string, number>): Metrics {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  collectDefaultMetrics({ register: registry });
  const received = new Counter({
    name: 'interlend_messages_received_total',
    help: 'Messages kept in the journal',
    labelNames: ['protocol', 'transport'],
    registers,
  });
  const processed = new Counter({
    name: 'interlend_messages_processed_total',
    help: 'Received messages by what became of them',
    labelNames: ['processing', 'verdict'],
    registers,
  });
  const events = new Counter({
    name: 'interlend_events_total',
    help: 'What happened to loans',
    labelNames: ['event', 'role', 'source'],
    registers,
  });
  const attempts = new Counter({
    name: 'interlend_delivery_attempts_total',
    help: 'Attempts to send by how they ended',
    labelNames: ['outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'interlend_delivery_attempt_seconds',
    help: 'How long attempts to send took',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers,
  });
  new Gauge({
    name: 'interlend_outbox_messages',
    help: 'Messages that wait to be sent',
    labelNames: ['peer'],
    registers,
    collect() {
      this.reset();
      for (const [peer, count] of waiting()) this.set({ peer }, count);
    },
  });
  new Counter({
    name: 'interlend_store_statements_total',
    help: 'Statements run by the database',
    registers,
    collect() {
      this.reset();
      this.inc(store.counters.statements);
    },
  });
  new Counter({
    name: 'interlend_store_commits_total',
    help: 'Commits of the database',
    registers,
    collect() {
      this.reset();
      this.inc(store.counters.commits);
    },
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observer: {
      received: ({ protocol, transport }) => received.inc({ protocol, transport }),
      processed: (_sender, { processing, verdict }) => processed.inc({ processing, verdict: verdict ?? '' }),
      stepped(record, writes) {
        for (const { event, source } of writes.events ?? []) {
          events.inc({ event: event.type, role: record.transaction.role, source });
        }
      },
      attempted(_item, _octets, outcome, durationMs) {
        attempts.inc({ outcome: outcome.kind });
        durations.observe(durationMs / 1000);
      },
    },
  };
}
