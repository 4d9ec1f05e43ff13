import { type AlmaClient, AlmaError, AlmaLimiter, createAlmaClient } from '@interlend/alma';
import { type HttpExchange, httpDigest, type RedactedCalls, recordHttp } from '@interlend/testing';
import { almaRules } from './alma-rules.js';
import { startAlmaSimulator } from './alma-simulator.js';

/** Invented, and found nowhere in what is kept. */
export const almaSecrets = {
  apiKey: 'l7xx-invented-key',
  patron: 'invented.patron',
  note: 'for Invented Patron, second floor',
} as const;

const settings = {
  apiKey: almaSecrets.apiKey,
  ports: { 'iso-ill': 0 },
  titles: [{ title: 'The Theory of Examples', barcode: 'B-1' }],
  partners: [{ code: 'PARTNER', name: 'Example Partner', symbol: 'TEST:REQ', port: 1611 }],
  patrons: [almaSecrets.patron],
  isLocating: false,
};

/** A client as it is used here: no pauses, and one attempt. */
export function almaClient(
  server: string,
  format: 'json' | 'xml',
  apiKey: string = almaSecrets.apiKey,
): AlmaClient {
  return createAlmaClient({
    server,
    apiKey,
    format,
    attempts: 1,
    limiter: new AlmaLimiter({ perSecond: 1000 }),
  });
}

/** What a client says to an Alma about its partners, its patrons and requests; gives what it understood. */
export async function converse(client: AlmaClient): Promise<readonly unknown[]> {
  const { patron, note } = almaSecrets;
  const page = await client.partners.page();
  const partner = await client.partners.get('PARTNER');
  const user = await client.users.get(patron);
  const lending = await client.lendingRequests.create('PARTNER', {
    external_id: 'ILL-0001',
    owner: 'RS',
    partner: { value: 'PARTNER' },
    format: { value: 'PHYSICAL' },
    citation_type: { value: 'BOOK' },
    title: 'The Theory of Examples',
    author: 'Jones, A. B.',
    note,
  });
  const again = await client.lendingRequests.get('PARTNER', lending.request_id);
  const borrowing = await client.borrowingRequests.create(patron, {
    citation_type: { value: 'BK' },
    agree_to_copyright_terms: true,
    title: 'Another Theory',
    format: { value: 'PHYSICAL' },
    pickup_location: { value: 'RS' },
  });
  await client.borrowingRequests.cancel(patron, borrowing.request_id, { reason: 'CancelledAtPatronRequest' });
  const nobody = await client.partners.get('NOBODY').catch((error: unknown) => {
    if (!(error instanceof AlmaError)) throw error;
    return error.code;
  });
  return [
    page.rows.map(({ partner_details }) => partner_details.code),
    partner.partner_details,
    user.rs_library,
    [again.request_id, again.external_id, again.title, again.status, again.partner],
    [borrowing.title, borrowing.status, borrowing.format],
    nobody,
  ];
}

/** What the client understood, and what passed. */
export interface AlmaConversation {
  readonly understood: readonly unknown[];
  readonly recording: RedactedCalls;
  readonly problems: readonly string[];
}

/** Lets our client talk to the simulator of an Alma, with the recorder between them. @throws HarnessError */
export async function recordAlma(format: 'json' | 'xml'): Promise<AlmaConversation> {
  const simulator = await startAlmaSimulator(settings);
  try {
    const problems: string[] = [];
    const recorder = await recordHttp({
      listen: { host: '127.0.0.1', port: 0 },
      target: simulator.address,
      rules: almaRules,
      onProblem: (problem) => problems.push(problem),
    });
    const { host, port } = recorder.address;
    let understood: readonly unknown[];
    try {
      understood = await converse(almaClient(`http://${host}:${port}`, format));
    } finally {
      await recorder.close();
    }
    return { understood, recording: recorder.recording(), problems };
  } finally {
    await simulator.stop();
  }
}

/** The exchange of a conversation. */
export function almaExchange(
  format: 'json' | 'xml',
  { recording }: AlmaConversation,
  captured: Date,
): HttpExchange {
  return {
    format: 1,
    id: `alma/simulator/requests-in-${format}`,
    title: `A client reads partners and a patron, makes a lending and a borrowing request and takes one back, in ${format.toUpperCase()}`,
    protocol: 'alma',
    transport: 'http',
    peer: { software: 'alma-simulator' },
    provenance: {
      origin: 'recorded',
      source:
        'our own simulator of an Alma, which behaves as is publicly known of Alma, and our own client, recorded between them: no Alma was asked',
      captured: captured.toISOString().slice(0, 10),
      licence: 'Apache-2.0',
      redactions: [...recording.redactions],
      sha256: httpDigest(recording.calls),
    },
    match: [],
    calls: [...recording.calls],
  };
}
