import type { PartnerDesk } from './partner-desk.js';
import { instruction } from './partner-desk.js';

/** How a person is talked with. */
export interface Conversation {
  say(text: string): void;
  /** Lines that the person writes. */
  readonly lines: AsyncIterable<string>;
}

/**
 * A person who works at the partner's desk and is told what to do. What they did shows on the wire; a line `skip`, with a
 * reason behind it, says that it cannot be done.
 */
export function operatorDesk({ say, lines }: Conversation): PartnerDesk {
  let waiting: AbortController | undefined;
  const listen = async (): Promise<void> => {
    for await (const line of lines) {
      const skip = /^\s*skip\b\s*(.*)$/i.exec(line);
      if (skip)
        waiting?.abort(`the person at the partner's desk skipped it: ${skip[1] || 'no reason given'}`);
      else if (line.trim() !== '')
        say('  (write skip REASON when it cannot be done; all else shows on the wire)');
    }
  };
  // Where the lines end or break, nobody is left to say that something cannot be done; the time runs out instead.
  void listen().catch(() => undefined);
  return {
    name: 'a person',
    isExact: false,
    begin: ({ own, partner }) => ({
      act: async (event, { expected }) => {
        waiting = new AbortController();
        const about = event.type === 'requested' ? ` of ${own}` : '';
        const message = expected ? ` (${expected.name})` : '';
        say(`  → at the desk of ${partner}, please ${instruction(event)}${about}${message}`);
        return waiting.signal;
      },
    }),
  };
}
