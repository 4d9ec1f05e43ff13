import { fromPartnerSettings, type Partner, type PartnerSettings } from '@interlend/alma';
import type { AlmaSeed } from '@interlend/alma/double';
import type { SimulatorSettings } from './settings.js';

/** What the simulator's Alma holds when it starts. */
export function seedOf({ institution, partners, titles, patrons }: SimulatorSettings): AlmaSeed {
  return {
    institution: institution.code,
    partners: partners.map(partnerOf),
    libraries: [
      {
        code: institution.library,
        name: institution.name,
        resource_sharing: true,
        desks: [{ code: 'DESK', name: 'Resource sharing desk' }],
      },
    ],
    users: patrons.map((primary_id) => ({
      primary_id,
      rs_library: [{ code: { value: institution.library } }],
    })),
    bibs: titles.map(({ title, isbn, author }, index) => ({
      mms_id: mmsOf(index),
      title,
      ...(isbn !== undefined && { isbn }),
      ...(author !== undefined && { author }),
    })),
    items: titles.map(({ title, barcode }, index) => ({
      bib_data: { mms_id: mmsOf(index), title },
      holding_data: { holding_id: `22${index}` },
      item_data: {
        pid: `23${index}`,
        barcode,
        base_status: { value: '1', desc: 'Item in place' },
        library: { value: institution.library },
        location: { value: 'STACKS' },
      },
    })),
  };
}

function mmsOf(index: number): string {
  return `99${index}`;
}

function partnerOf(given: SimulatorSettings['partners'][number]): Partner {
  return fromPartnerSettings(settingsOf(given));
}

function settingsOf(given: SimulatorSettings['partners'][number]): PartnerSettings {
  const { code, name = code } = given;
  const common = { code, name, isActive: true, lends: true, borrows: true };
  switch (given.type) {
    case 'EMAIL':
      return { ...common, protocol: 'email', email: given.email };
    case 'ART_EMAIL': {
      const { email, customers, keywords } = given;
      // The British Library lends and never borrows.
      return { ...common, borrows: false, protocol: 'artemail', email, customers, keywords };
    }
    case undefined:
    case 'ISO':
    case 'SLNP':
      return {
        ...common,
        protocol: given.type === 'SLNP' ? 'slnp' : 'iso-ill',
        symbol: given.symbol,
        host: given.host,
        port: given.port,
        expiry: { rule: 'need-before' },
        sendsRequesterInformation: false,
        sharesBarcodes: false,
      };
    default:
      return given satisfies never;
  }
}
