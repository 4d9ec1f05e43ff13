import { AvailabilitySubfields } from '../availability.js';
import { element, formatXml, type XmlElement } from '../record/xml.js';
import type { Bib } from '../tables/inventory.js';
import type { AlmaState } from './state.js';

function field(tag: string, subfields: Readonly<Record<string, string | number | undefined>>): XmlElement {
  return element(
    'datafield',
    Object.entries(subfields).flatMap(([code, value]) =>
      value === undefined ? [] : [element('subfield', String(value), { code })],
    ),
    { ind1: ' ', ind2: ' ', tag },
  );
}

/** A small MARC record of a title, with what is there of it when the inventory is given. */
export function marcElement(bib: Bib, state: AlmaState | undefined): XmlElement {
  const fields = [
    element('controlfield', bib.mms_id, { tag: '001' }),
    field('020', { a: bib.isbn }),
    field('022', { a: bib.issn }),
    field('100', { a: bib.author }),
    field('245', { a: bib.title }),
    ...(state ? availability(bib, state) : []),
  ];
  return element(
    'record',
    fields.filter(({ name, children }) => name === 'controlfield' || children.length > 0),
  );
}

export function marcOf(bib: Bib, state: AlmaState | undefined): string {
  return formatXml(marcElement(bib, state));
}

function availability(bib: Bib, state: AlmaState): readonly XmlElement[] {
  const byHolding = Map.groupBy(
    [...state.items.values()].filter(({ bib_data }) => bib_data.mms_id === bib.mms_id),
    ({ holding_data }) => holding_data.holding_id,
  );
  return [...byHolding].map(([holding, items]) => {
    const out = items.filter(({ item_data }) => item_data.base_status?.value === '0').length;
    const [first] = items;
    const values: Partial<
      Record<(typeof AvailabilitySubfields)[keyof typeof AvailabilitySubfields], string | number | undefined>
    > = {
      institution: state.institution,
      library: first?.item_data.library?.value,
      location: first?.item_data.location?.value,
      callNumber: first?.holding_data.call_number,
      state: out < items.length ? 'available' : 'unavailable',
      totalItems: items.length,
      unavailableItems: out,
      mms: bib.mms_id,
      // Items in a temporary location show no holding.
      holding: first?.holding_data.in_temp_location ? undefined : holding,
    };
    const subfields = Object.entries(AvailabilitySubfields).map(
      ([code, name]) => [code, values[name]] as const,
    );
    return field('AVA', Object.fromEntries(subfields));
  });
}
