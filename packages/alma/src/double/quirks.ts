import type { Evidence } from '@interlend/core';

/** Ways of Alma that surprise a client. Each can be switched on and off, to see that a program copes with both. */
export const Quirks = {
  notFoundAs400: {
    isOn: true,
    does: 'what is not found is answered with HTTP 400 and a code, never with 404',
    evidence: 'observed',
  },
  camelCaseTypes: {
    isOn: true,
    does: 'JSON has types of telephones and e-mail addresses in camel case, `orderPhone` where the XSD has `order_phone`',
    evidence: 'observed',
  },
  nullFields: {
    isOn: true,
    does: 'JSON has unset text as null and unset codes as objects of nulls',
    evidence: 'observed',
  },
  missingFields: {
    isOn: false,
    does: 'JSON leaves out fields that are false, although the XSD says that they occur once',
    evidence: 'observed',
  },
  singleObjects: {
    isOn: false,
    does: 'JSON has a list of one member as that member alone, errors included',
    evidence: 'observed',
  },
  wrappedErrors: {
    isOn: false,
    does: 'JSON has the envelope of errors inside `web_service_result`',
    evidence: 'observed',
  },
  unrenderedTemplates: {
    isOn: true,
    does: 'a value that is not in its code table is answered with the template of the message, not naming the field',
    evidence: 'observed',
  },
  thresholds: {
    isOn: true,
    does: 'calls beyond the limit per second are refused with PER_SECOND_THRESHOLD, those beyond the day with HTTP 429',
    evidence: 'documented',
  },
  locateOnCreation: {
    isOn: true,
    does: 'a lending request for which there is no holding is LOCATE_FAILED at once',
    evidence: 'observed',
  },
  taskListCap: {
    isOn: true,
    does: 'the task list shows a hundred requests and has no second page',
    evidence: 'observed',
  },
  ownInventoryWarning: {
    isOn: true,
    does: 'a borrowing request for a title of the own inventory is refused with 401604 unless blocks are overridden',
    evidence: 'documented',
  },
} as const satisfies Readonly<
  Record<string, { readonly isOn: boolean; readonly does: string; readonly evidence: Evidence }>
>;

export type QuirkName = keyof typeof Quirks;
export type QuirkSwitches = Readonly<Record<QuirkName, boolean>>;

/** The default of every quirk, with some of them switched. */
export function switchQuirks(switched: Partial<QuirkSwitches> = {}): QuirkSwitches {
  const defaults = Object.fromEntries(Object.entries(Quirks).map(([name, { isOn }]) => [name, isOn]));
  return { ...(defaults as QuirkSwitches), ...switched };
}
