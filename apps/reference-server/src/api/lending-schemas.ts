import { z } from '@hono/zod-openapi';
import { Conditions, type ReasonUse } from '@interlend/core';
import { reasonWordsFor } from '../reason-words.js';

const text = z.string().trim().min(1).max(4000);
const calendarDate = z.iso.date().describe('Day, YYYY-MM-DD').openapi({ example: '2030-01-31' });

/** An object whose absent fields are absent, not undefined, and in which nothing else may stand. */
const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape);
const maybe = <Schema extends z.ZodType>(schema: Schema) => z.exactOptional(schema);

const postal = object({
  name: maybe(text),
  extended: maybe(text),
  street: maybe(text),
  postOfficeBox: maybe(text),
  city: maybe(text),
  region: maybe(text),
  country: maybe(text),
  postalCode: maybe(text),
}).openapi('PostalAddress');

const electronic = object({ service: maybe(text), address: maybe(text) }).openapi('ElectronicAddress');
const address = object({ postal: maybe(postal), electronic: maybe(electronic) });
const party = object({ symbol: text.openapi({ example: 'TEST:REQ' }), name: maybe(text) }).openapi('Party');
const money = object({ currency: maybe(z.string().regex(/^[A-Z]{3}$/)), value: text }).openapi('Money');

const item = object({
  kind: maybe(z.enum(['monograph', 'serial', 'other'])),
  title: maybe(text),
  subTitle: maybe(text),
  author: maybe(text),
  sponsoringBody: maybe(text),
  publisher: maybe(text),
  placeOfPublication: maybe(text),
  publicationDate: maybe(text),
  edition: maybe(text),
  series: maybe(text),
  volumeIssue: maybe(text),
  component: maybe(
    object({ title: maybe(text), author: maybe(text), date: maybe(text), pages: maybe(text) }),
  ),
  isbn: maybe(text),
  issn: maybe(text),
  callNumber: maybe(text),
  additionalNumbers: maybe(text),
  verificationSource: maybe(text),
}).openapi('Item');

const expiry = z
  .union([
    object({ rule: z.literal('never') }),
    object({ rule: z.literal('need-before') }),
    object({ rule: z.literal('date'), date: calendarDate }),
  ])
  .openapi('Expiry');

/** What a borrowing library asks for, as the desk writes it down. */
export const LendingRequestSchema = object({
  borrower: party,
  lender: party,
  services: z.array(z.enum(['loan', 'copy', 'locations', 'estimate', 'other'])).min(1),
  item,
  patron: maybe(object({ name: maybe(text), status: maybe(text), identifier: maybe(text) })),
  deliverTo: maybe(address),
  billTo: maybe(address),
  deliveryMethod: maybe(text),
  levelOfService: maybe(z.string().length(1)),
  needBefore: maybe(calendarDate),
  expiry: maybe(expiry),
  placeOnHold: maybe(z.enum(['yes', 'no', 'lender-decides'])),
  maximumCost: maybe(money),
  accountNumber: maybe(text),
  willPayFee: maybe(z.boolean()),
  isReciprocal: maybe(z.boolean()),
  isPaymentProvided: maybe(z.boolean()),
  copyrightCompliance: maybe(text),
  note: maybe(text),
  isRetry: maybe(z.boolean()),
}).openapi('LendingRequest');

/** A reason of one list by its word, or a number that the list does not know. */
const reasonFor = <Use extends ReasonUse>(use: Use) =>
  z
    .union([z.enum(reasonWordsFor(use)), z.int().min(1)])
    .describe(`Why: ${reasonWordsFor(use).join(', ')}, or a number`);

const condition = z.union([z.enum(Conditions.map((row) => row.condition)), z.int().min(1)]);
const shippedConditions = Conditions.filter((row) => row.onShipment).map((row) => row.condition);

const location = object({ library: party, address: maybe(electronic), note: maybe(text) });

/** Parts that several actions share. */
export const Parts = {
  text,
  note: maybe(text),
  party,
  electronic,
  service: z.enum(['loan', 'copy']),
  calendarDate,
  money,
  postal,
  locations: z.array(location).min(1),
  boolean: z.boolean(),
  units: z.int().min(1).max(9999),
  unitNumbers: z.array(z.int().min(1)).min(1),
  condition,
  shippedCondition: z.union([z.enum(shippedConditions), z.int().min(1)]),
  reasonFor,
  maybe,
  object,
} as const;
