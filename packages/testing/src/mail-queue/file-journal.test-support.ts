import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { OutboundEntry, PendingEntry, QueueJournal } from '@interlend/transport/queue';

type Line =
  | { readonly step: 'add'; readonly entry: Omit<OutboundEntry, 'bytes'> & { readonly base64: string } }
  | { readonly step: 'attempt'; readonly id: string; readonly attempt: number; readonly at: string }
  | { readonly step: 'failed' | 'review' | 'done' | 'drop'; readonly id: string };

/** A journal in a file, a line for each word, each safe on disk before its promise resolves. */
export function openFileJournal(file: string): QueueJournal & { close(): void } {
  const handle = openSync(file, 'a');
  const write = async (line: Line): Promise<void> => {
    writeSync(handle, `${JSON.stringify(line)}\n`);
    fsyncSync(handle);
  };
  return {
    add: ({ bytes, ...entry }) =>
      write({ step: 'add', entry: { ...entry, base64: Buffer.from(bytes).toString('base64') } }),
    attempt: (id, attempt, at) => write({ step: 'attempt', id, attempt, at: at.toISOString() }),
    failed: (id) => write({ step: 'failed', id }),
    done: (id) => write({ step: 'done', id }),
    review: (id) => write({ step: 'review', id }),
    drop: (id) => write({ step: 'drop', id }),
    pending: async () => pendingIn(file),
    close: () => closeSync(handle),
  };
}

/** What is left, by what the file says. A last line that was cut off by a crash was never promised. */
export function pendingIn(file: string): readonly PendingEntry[] {
  const pending = new Map<string, PendingEntry>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  for (const line of lines.map((text) => JSON.parse(text) as Line)) {
    if (line.step === 'add') {
      const { base64, ...entry } = line.entry;
      const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
      pending.set(entry.id, { entry: { ...entry, bytes }, attempts: 0, isInReview: false });
      continue;
    }
    const known = pending.get(line.id);
    if (!known) continue;
    if (line.step === 'done' || line.step === 'drop') pending.delete(line.id);
    else if (line.step === 'attempt')
      pending.set(line.id, {
        ...known,
        attempts: line.attempt,
        lastAttemptAt: new Date(line.at),
        isUnderWay: true,
      });
    else pending.set(line.id, { ...known, isUnderWay: false, isInReview: line.step === 'review' });
  }
  return [...pending.values()];
}
