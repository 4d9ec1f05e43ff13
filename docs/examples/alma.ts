import { createAlmaClient } from '@interlend/alma';
import { startSimulator } from '@interlend/alma-simulator';

const partners = [{ code: 'RIVERSIDE', symbol: 'TEST:REQ', port: 1611 }];
const titles = [{ title: 'The Theory of Examples', barcode: 'B-1' }];
const simulator = await startSimulator({ port: 0, ports: { 'iso-ill': 0 }, partners, titles });

// For a real Alma: a region, for instance `eu`, and its key.
const alma = createAlmaClient({ server: simulator.url, apiKey: 'simulator' });
for await (const { partner_details: partner } of alma.partners.list({ status: 'ACTIVE' }))
  console.log(partner.code, partner.profile_details?.profile_type);
const { status, mms_id } = await alma.lendingRequests.create('RIVERSIDE', {
  external_id: 'Q-1//G-1',
  owner: 'RS',
  partner: { value: 'RIVERSIDE' },
  format: { value: 'PHYSICAL' },
  citation_type: { value: 'BOOK' },
  title: 'The Theory of Examples',
});
console.log(status?.value, mms_id, `${alma.remaining} calls remain today`);
await simulator.close();
