import { createSlnp, FLBestellung } from '@interlend/slnp';
import { deriveProfile, profileNamed } from '@interlend/slnp/profiles';

// What your central server calls the parameters of a report.
const region = deriveProfile(profileNamed('default'), {
  name: 'region',
  rules: { info2flserver: { status: 'Meldung', note: 'Grund' } },
  evidence: 'documented',
});
const slnp = createSlnp([region]);

const context = { now: new Date('2026-02-02T09:30:00Z'), isStrict: false, profile: 'region' };
const order = FLBestellung.create({
  BsTyp: 'AFL',
  BestellId: '20260000001',
  SigelNB: 'DE-B1',
  SigelGB: 'DE-L1',
  BenutzerNummer: 'NB-0001',
  Titel: 'Lebensansichten des Katers Murr',
});
const { guard } = slnp.receive(undefined, order, context);
if (!guard) throw new Error('the order was refused');
const { replies } = slnp.say(guard, { type: 'unfilled', from: 'lender', reason: 'lost' }, context);
for (const report of replies) console.log(new TextDecoder().decode(slnp.encode(report, context)));
