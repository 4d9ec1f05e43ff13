import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartnerKind } from '../tables/partner.js';
import { ProfileTypes } from '../tables/profile-details.js';
import { ResourceSharingRequestKind } from '../tables/resource-sharing-request.js';
import type { Fields, Kind, Reading } from './kind.js';
import { requireMandatory } from './record.js';
import { withoutSecrets } from './secrets.js';
import { formatXml, parseXml } from './xml.js';

const reading = (): Reading => ({ path: '', deviations: [] });

const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => text.trim() !== '' && !/[\p{Cc}\ufffe\uffff]/u.test(text));
const days = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Random values from a table. */
function arbitraryOf(kind: Kind<unknown>): fc.Arbitrary<unknown> {
  switch (kind.name) {
    case 'text':
      return words;
    case 'flag':
      return fc.boolean();
    case 'count':
      return fc.integer();
    case 'amount':
      return fc.integer({ min: 0, max: 100_000 }).map((cents) => cents / 100);
    case 'date':
      return days.map((day) => day.slice(0, 10));
    case 'moment':
      return days;
    case 'code':
      return fc.oneof(
        words.map((value) => ({ value })),
        fc.tuple(words, words).map(([value, desc]) => ({ desc, value })),
      );
    case 'list':
      return fc.array(arbitraryOf(kind.of as Kind<unknown>), { minLength: 1, maxLength: 3 });
    default: {
      const fields = Object.entries(kind.fields ?? {}) as [string, Fields[string]][];
      if (kind.record === 'profile_details') return profileArbitrary();
      const needed = fields.filter(([, { need }]) => need === 'key' || need === 'id').map(([name]) => name);
      return fc
        .record(Object.fromEntries(fields.map(([name, field]) => [name, arbitraryOf(field.kind)])), {
          requiredKeys: needed,
        })
        .filter((value) => Object.keys(value).length > 0);
    }
  }
}

function profileArbitrary(): fc.Arbitrary<unknown> {
  return fc.oneof(
    ...Object.entries(ProfileTypes).map(([type, { details, kind }]) =>
      kind === undefined
        ? fc.constant({ profile_type: type })
        : arbitraryOf(kind).map((value) => ({ profile_type: type, [details]: value })),
    ),
  );
}

const kinds = [
  ['partner', PartnerKind],
  ['user_resource_sharing_request', ResourceSharingRequestKind],
] as const;

describe.each(kinds)('a random %s', (name, kind: Kind<unknown>) => {
  it('is the same after JSON and after XML', () => {
    fc.assert(
      fc.property(arbitraryOf(kind), (value) => {
        const json = JSON.parse(JSON.stringify(kind.toJson(value, name))) as unknown;
        expect(kind.fromJson(json, reading())).toEqual(value);
        const xml = parseXml(formatXml(kind.toXml(name, value, name)));
        expect(kind.fromXml(xml, reading())).toEqual(value);
      }),
      { numRuns: 150 },
    );
  });

  it('is read without another exception than a refusal, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(kind.fields ?? {})), (json, field) => {
        const notes = reading();
        const value = kind.fromJson({ [field]: json }, notes);
        expect(() => JSON.stringify(kind.toJson(value, ''))).not.toThrow();
      }),
    );
  });
});

describe('a record', () => {
  const read = (json: unknown) => {
    const notes = reading();
    return { value: PartnerKind.fromJson(json, notes), deviations: notes.deviations };
  };

  it('takes every notation that was seen for one fact', () => {
    const details = { code: 'P', profile_details: { profile_type: 'EXTERNAL_SYSTEM' } };
    const plain = {
      partner_details: details,
      contact_info: { phone: [{ phone_number: '1', phone_type: ['claim_phone'] }] },
    };
    for (const contact_info of [
      { phone: [{ phone_number: '1', phone_type: ['claimPhone'] }] },
      { phone: { phone_number: 1, phone_type: 'claim_phone' }, address: null },
      { phones: { phone: [{ phone_number: '1', phone_types: { phone_type: ['claim_phone'] } }] } },
    ]) {
      expect(
        read({
          partner_details: { ...details, currency: null, locate_profile: { value: null, desc: null } },
          contact_info,
        }),
      ).toEqual({
        value: plain,
        deviations: [],
      });
    }
  });

  it('keeps what no table lists, through both notations', () => {
    const json = {
      partner_details: {
        code: 'P',
        profile_details: { profile_type: 'ALA', ala_details: { ala_url: 'x', keys: { key: ['1', '2'] } } },
        auto_weather: { value: 'RAIN', desc: 'Rain' },
      },
      contact_info: { addresses: { region: 'south', address: [{ line1: 'a' }] } },
    };
    const { value } = read(json);
    expect(value?.partner_details.profile_details?.profile_type).toBe('unlisted:ALA');
    if (!value) throw new Error('not read');
    const written = PartnerKind.toJson(value, '');
    expect(read(written).value).toEqual(value);
    const xml = formatXml(PartnerKind.toXml('partner', value, ''));
    expect(xml).toContain('<profile_type>ALA</profile_type>');
    expect(xml).toContain('<addresses><address><line1>a</line1></address><region>south</region></addresses>');
    expect(PartnerKind.fromXml(parseXml(xml), reading())).toEqual(value);
  });

  it('keeps what it cannot read, says so, and writes it again', () => {
    const { value, deviations } = read({ partner_details: { code: 'P', avg_supply_time: 'soon' } });
    expect(deviations).toEqual([
      {
        code: 'mistyped',
        path: 'partner_details.avg_supply_time',
        message: 'expected a number, found other text',
      },
    ]);
    if (!value) throw new Error('not read');
    expect(value.partner_details).not.toHaveProperty('avg_supply_time');
    const { partner_details } = value;
    expect(PartnerKind.toJson({ ...value, partner_details: { ...partner_details, name: 'N' } }, '')).toEqual({
      partner_details: { code: 'P', name: 'N', avg_supply_time: 'soon' },
    });
  });

  it('reads a type of profile without its details as one with empty ones', () => {
    const { value, deviations } = read({
      partner_details: { code: 'P', profile_details: { profile_type: 'SLNP' } },
    });
    expect(value?.partner_details.profile_details).toEqual({ profile_type: 'SLNP', iso_details: {} });
    expect(deviations.map(({ code }) => code)).toEqual(['incomplete']);
  });

  it('is refused when a field is missing that its caller must give', () => {
    const partner = {
      partner_details: {
        code: 'P',
        name: 'N',
        profile_details: { profile_type: 'EMAIL', email_details: {} },
      },
    };
    expect(() => requireMandatory(PartnerKind, partner, 'partner')).toThrow(
      'expected email, found none in partner.partner_details.profile_details.email_details.email',
    );
  });

  it('does not touch the prototype of objects', () => {
    const { value } = read(JSON.parse('{"partner_details":{"code":"P","__proto__":{"x":1}}}'));
    expect(Object.getPrototypeOf(value?.partner_details)).toBe(Object.prototype);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('a record that is logged', () => {
  it('shows no password, no data of patrons, and nothing that no table lists', () => {
    const bldss_details = {
      bldss_base_url: 'https://x.example',
      bldss_base_password: 'pw-1',
      bldss_pin: 'pw-2',
    };
    const partner = {
      partner_details: { code: 'P', profile_details: { profile_type: 'BLDSS', bldss_details } },
      note: [{ content: 'n', pin: 'pw-3' }],
    };
    const request = {
      request_id: '1',
      title: 'T',
      requester: { value: 'Jane' },
      text_email: 'Jane',
      additional_person_name: 'Jane Roe',
    };
    const shown = [withoutSecrets(PartnerKind, partner), withoutSecrets(ResourceSharingRequestKind, request)];
    expect(JSON.stringify(shown)).not.toMatch(/pw-|Jane/);
    expect(shown).toMatchObject([
      {
        partner_details: {
          code: 'P',
          profile_details: { bldss_details: { bldss_base_url: 'https://x.example' } },
        },
      },
      { request_id: '1', title: 'T' },
    ]);
  });

  it('hides every field whose name says that it is a secret', () => {
    const open: string[] = [];
    const visit = (kind: Kind<unknown>): void => {
      for (const [name, field] of Object.entries(kind.fields ?? {}) as [string, Fields[string]][]) {
        if (/password|api_key/.test(name) && !field.notes.isSecret) open.push(name);
        visit((field.kind.of ?? field.kind) as Kind<unknown>);
      }
    };
    visit(PartnerKind);
    expect(open).toEqual([]);
  });
});

describe('XML', () => {
  it.each([
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'malformed'],
    ['too many levels', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, 'limit'],
    ['an unfinished document', '<a><b></b>', 'malformed'],
    ['nothing', '', 'malformed'],
  ])('is refused for %s', (_, xml, code) => {
    expect(() => parseXml(xml)).toThrow(expect.objectContaining({ code }));
  });
});
