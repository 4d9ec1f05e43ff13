import type { LibrarySymbol } from '@interlend/core';
import { FLBestellung, isSuccess, PFLDatenAenderung, type SlnpMessage } from '@interlend/slnp';
import type { AnyProtocol } from '../any-protocol.js';

/** Something that a partner says, and whether an answer is owed beside the acknowledgement. */
export interface Line {
  readonly kind: 'request' | 'question';
  readonly message: unknown;
}

/** What partners say to the server of a trial. */
export interface Speaker {
  /** Whether the partner speaks for other libraries. */
  readonly isHub: boolean;
  /** Further settings of the partner at the server. */
  readonly peer?: Readonly<Record<string, unknown>>;
  /** Further settings of the library. */
  readonly library?: Readonly<Record<string, unknown>>;
  /** The conversation of this number, in its order. */
  conversation(number: number): readonly Line[];
  /** Whether a reply acknowledges; for wires where nothing but a reply does. */
  isAcknowledgement(reply: unknown): boolean;
}

/** The two sides of a trial. */
export interface Sides {
  readonly partner: LibrarySymbol;
  readonly own: LibrarySymbol;
}

/** What the partners of a protocol say. */
export function speakerFor(protocol: AnyProtocol, sides: Sides): Speaker {
  switch (protocol.name) {
    case 'slnp':
      return centralServer(sides);
    case 'email':
      return correspondents(protocol, sides);
    default:
      return borrowers(protocol, sides);
  }
}

/** Libraries that ask for items, and ask how their requests stand. */
function borrowers(protocol: AnyProtocol, { partner, own }: Sides): Speaker {
  return {
    isHub: false,
    isAcknowledgement: () => true,
    conversation(number) {
      const context = { now: new Date(), isStrict: false };
      const opening = { borrower: partner, lender: own, group: `G${number}`, qualifier: `Q${number}` };
      const request = {
        borrower: { symbol: partner },
        lender: { symbol: own },
        services: ['loan'],
        item: { title: `Title ${number}` },
      } as const;
      const asked = protocol.say(
        protocol.begin(opening),
        { type: 'requested', from: 'borrower', request },
        context,
      );
      const queried = protocol.say(asked.guard, { type: 'statusQueried', from: 'borrower' }, context);
      return [
        ...asked.replies.map((message): Line => ({ kind: 'request', message })),
        ...queried.replies.map((message): Line => ({ kind: 'question', message })),
      ];
    },
  };
}

/**
 * Libraries that write mails: they ask for copies, which the library refuses by mail without asking anybody, and for
 * loans, which they then give back, since nothing keeps a person from writing so.
 */
function correspondents(protocol: AnyProtocol, { partner, own }: Sides): Speaker {
  const mailbox = { partner: 'ill@partner.example', own: 'desk@library.example' };
  return {
    isHub: false,
    peer: {
      relay: { security: 'none' },
      partner: { from: mailbox.own, to: mailbox.partner, replies: 'automatic' },
    },
    library: { refuses: [{ service: 'copy' }] },
    // What acknowledges a mail is said by its mail server.
    isAcknowledgement: () => false,
    conversation(number) {
      const context = {
        now: new Date(),
        isStrict: false,
        partner: { from: mailbox.partner, to: mailbox.own },
      };
      const ask = (service: 'loan' | 'copy') => {
        const qualifier = `${service}-${number}`;
        const request = {
          borrower: { symbol: partner },
          lender: { symbol: own },
          services: [service],
          item: { title: `Title ${number}` },
        } as const;
        return protocol.say(
          protocol.begin({ borrower: partner, lender: own, group: `G${number}`, qualifier }),
          { type: 'requested', from: 'borrower', request },
          context,
        );
      };
      const [copy, loan] = [ask('copy'), ask('loan')];
      const returned = protocol.say(
        loan.guard,
        { type: 'returned', from: 'borrower', returnedOn: '2024-03-04' },
        context,
      );
      return [
        ...copy.replies.map((message): Line => ({ kind: 'question', message })),
        ...[...loan.replies, ...returned.replies].map((message): Line => ({ kind: 'request', message })),
      ];
    },
  };
}

/** A central server that orders for the library's readers, names the lender, and orders from the library. */
function centralServer({ own }: Sides): Speaker {
  return {
    isHub: true,
    isAcknowledgement: (reply) => {
      const message = reply as SlnpMessage;
      return message.kind === 'reply' && isSuccess(message);
    },
    conversation(number) {
      const order = { BestellId: `2026${String(number).padStart(7, '0')}`, Titel: `Title ${number}` };
      return [
        FLBestellung.create({ ...order, BsTyp: 'PFL', SigelNB: own, BenutzerNummer: '4711' }),
        PFLDatenAenderung.create({ PFLNummer: order.BestellId, SigelGB: 'DE-L1' }),
        FLBestellung.create({
          ...order,
          BsTyp: 'AFL',
          SigelNB: 'DE-B1',
          SigelGB: own,
          BenutzerNummer: 'DE-B1',
        }),
      ].map((message) => ({ kind: 'request', message }));
    },
  };
}
