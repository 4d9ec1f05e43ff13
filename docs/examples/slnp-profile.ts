import { marked } from '@interlend/core';
import { createSlnp, FLBestellung, rulesFor } from '@interlend/slnp';
import { profileNamed } from '@interlend/slnp/profiles';

// What your central server calls the parameters of a report.
const info2flserver = { ...rulesFor('default').info2flserver, status: 'Meldung', note: 'Grund' };
const common = profileNamed('default');
const region = createSlnp([
  { ...common, rules: { ...common.rules, info2flserver: marked(info2flserver, 'documented') } },
]);

const context = { now: new Date('2026-02-02T09:30:00Z'), isStrict: false };
const order = FLBestellung.create({
  BsTyp: 'AFL',
  BestellId: '20260000001',
  SigelNB: 'DE-B1',
  SigelGB: 'DE-L1',
  BenutzerNummer: 'NB-0001',
  Titel: 'Lebensansichten des Katers Murr',
});
const { guard } = region.receive(undefined, order, context);
if (!guard) throw new Error('the order was refused');
const { replies } = region.say(guard, { type: 'unfilled', from: 'lender', reason: 'lost' }, context);
for (const report of replies) console.log(new TextDecoder().decode(region.encode(report)));
