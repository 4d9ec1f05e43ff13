import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoPartner } from '../double/example-seed.test-support.js';
import { requireMandatory } from '../record/record.js';
import { type Partner, PartnerKind } from '../tables/partner.js';
import { applyPartnerSettings, fromPartnerSettings, toPartnerSettings } from './partner-settings.js';
import type { PartnerSettings } from './settings.js';

const word = fc.stringMatching(/^[a-zA-Z0-9.:-]{1,12}$/);
const common = { code: word, name: word, isActive: fc.boolean(), lends: fc.boolean(), borrows: fc.boolean() };
const expiry = fc.oneof(
  fc.constant({ rule: 'never' } as const),
  fc.constant({ rule: 'need-before' } as const),
  fc.record({ rule: fc.constant('days' as const), days: fc.nat(90) }),
);
const bits = { sendsRequesterInformation: fc.boolean() };
const settings: fc.Arbitrary<PartnerSettings> = fc.oneof(
  fc.record({
    ...common,
    ...bits,
    protocol: fc.constantFrom('iso-ill' as const, 'slnp' as const),
    symbol: word,
    host: word,
    port: fc.nat(65_535),
    expiry,
    sharesBarcodes: fc.boolean(),
    email: word,
  }),
  fc.record({
    ...common,
    ...bits,
    protocol: fc.constant('iso18626' as const),
    symbol: word,
    url: word,
    sharesBarcodes: fc.boolean(),
  }),
  fc.record({
    ...common,
    ...bits,
    protocol: fc.constant('ncip' as const),
    symbol: word,
    server: word,
    userIdType: word,
    expiry,
    institution: word,
  }),
  fc.record({
    ...common,
    protocol: fc.constant('artemail' as const),
    email: word,
    customers: fc.array(fc.record({ code: word, password: word })),
    keywords: fc.record({ service: fc.array(word), delivery: fc.array(word), queries: fc.array(word) }),
  }),
  fc.record({ ...common, protocol: fc.constant('email' as const), email: word }),
);

describe('settings of a partner', () => {
  it('are the same after the way through a record', () => {
    fc.assert(
      fc.property(settings, (one) => {
        const partner = fromPartnerSettings(one);
        requireMandatory(PartnerKind, partner, 'partner');
        expect(toPartnerSettings(partner as Partner)).toEqual({ settings: one, losses: [] });
      }),
    );
  });

  it('change a record only where they say something', () => {
    const partner = isoPartner('P', 'TEST:P');
    const { settings: read } = toPartnerSettings(partner);
    if (read?.protocol !== 'iso-ill') throw new Error('not read');
    expect(read.expiry).toEqual({ rule: 'need-before' });
    const changed = applyPartnerSettings(
      { ...partner, partner_details: { ...partner.partner_details, avg_supply_time: 3 } },
      { ...read, port: 9001 },
    );
    expect(changed.contact_info).toEqual(partner.contact_info);
    expect(changed.partner_details).toMatchObject({
      avg_supply_time: 3,
      system_type: { value: 'OTHER' },
      profile_details: { iso_details: { ill_port: 9001, iso_symbol: 'TEST:P' } },
    });
  });

  const spoken = [
    [
      'ISO',
      { iso_details: { ill_server: 'h', ill_port: 1, iso_symbol: 'X:Y', email_address: 'a@b.example' } },
    ],
    ['SLNP', { iso_details: { ill_server: 'h', ill_port: 1, iso_symbol: 'DE-1', expiry_time: 3 } }],
    ['EMAIL', { email_details: { email: 'a@b.example', resending_overdue_message_interval: 4 } }],
    [
      'ART_EMAIL',
      {
        art_email_details: {
          email_address: 'a@b.example',
          alternative_document_delivery: true,
          customer_id: [
            { code: '12-3456', password: 'S', nickname: 'kept' },
            { code: '12-3457', password: 'T' },
          ],
          service: [{ value: 'S', desc: 'Standard' }],
          delivery: [{ value: 'LOAN', desc: 'Loan', of: 'later' }],
          queries: [],
        },
      },
    ],
    ['ISO_18626', { iso_18626_details: { ill_server: 'https://x.example', iso_symbol: 'X' } }],
    ['NCIP_P2P', { ncip_p2p_details: { ill_server: 'h', partner_symbol: 'X' } }],
  ] as const;

  it.each(spoken)('of the type %s come back to a record that has lost nothing', (profile_type, profile) => {
    const partner = {
      ...isoPartner('P', 'TEST:P'),
      later: { than: 'our tables' },
      partner_details: {
        ...isoPartner('P', 'TEST:P').partner_details,
        quota: 12,
        profile_details: {
          profile_type,
          ...Object.fromEntries(
            Object.entries(profile).map(([name, fields]) => [name, { ...fields, newer: [{ x: 1 }] }]),
          ),
          other_details: { stays: true },
        },
      },
    } as unknown as Partner;
    const { settings: read } = toPartnerSettings(partner);
    if (!read) throw new Error('not read');
    expect(applyPartnerSettings(partner, read)).toMatchObject(partner);
    const renamed = applyPartnerSettings(partner, { ...read, name: 'Renamed' });
    expect(renamed).toMatchObject({
      later: { than: 'our tables' },
      partner_details: { name: 'Renamed', quota: 12 },
    });
    // And so does the record that Alma is sent.
    const again = PartnerKind.fromJson(PartnerKind.toJson(renamed, 'partner'), {
      path: 'partner',
      deviations: [],
    });
    expect(again).toMatchObject(renamed);
  });

  it('take the words beside a code away with the code', () => {
    const partner = fromPartnerSettings({
      protocol: 'artemail',
      code: 'BL',
      name: 'BL',
      isActive: true,
      lends: true,
      borrows: false,
      email: 'a@b.example',
      customers: [{ code: '12-3456', password: 'S' }],
      keywords: { service: ['S'], delivery: ['LOAN'], queries: [] },
    }) as Partner;
    const { settings: read } = toPartnerSettings(partner);
    if (read?.protocol !== 'artemail') throw new Error('not read');
    const changed = applyPartnerSettings(partner, {
      ...read,
      keywords: { ...read.keywords, delivery: ['SED99*2*'] },
    });
    expect(changed.partner_details.profile_details).toMatchObject({
      art_email_details: { service: [{ value: 'S' }], delivery: [{ value: 'SED99*2*' }] },
    });
  });

  it.each([
    [
      'a type that no package speaks',
      { profile_type: 'RAPID', rapid_details: {} },
      'no package speaks RAPID',
    ],
    ['a type that Alma added later', { profile_type: 'unlisted:ALA' }, 'no package speaks unlisted:ALA'],
    [
      'a record without an address',
      { profile_type: 'ISO', iso_details: { iso_symbol: 'X' } },
      'one of ill_server, ill_port, iso_symbol is missing',
    ],
  ] as const)('are not made of %s', (_, profile_details, why) => {
    const { settings: none, losses } = toPartnerSettings({ partner_details: { code: 'P', profile_details } });
    expect([none, losses[0]?.why]).toEqual([undefined, why]);
  });

  it('say what they leave out', () => {
    const partner = isoPartner('P', 'TEST:P');
    const iso_details = {
      ill_server: 'h',
      ill_port: 1,
      iso_symbol: 'X',
      alternative_document_delivery: true,
    };
    const profile_details = { profile_type: 'ISO', iso_details } as const;
    const { losses } = toPartnerSettings({
      partner_details: { ...partner.partner_details, profile_details },
    });
    expect(losses.map(({ path }) => path)).toEqual([
      'partner.partner_details.profile_details.iso_details.alternative_document_delivery',
    ]);
  });
});
