import { exchangeJsonSchema, httpExchangeJsonSchema } from '@interlend/testing';
import { z } from 'zod';
import { KnownFailuresSchema } from './known-failures.js';
import { RequirementsSchema } from './requirements.js';
import { SystemsSchema } from './systems.js';

/** JSON Schemas of the suite's files, for editors, by file name. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  const schemas: Readonly<Record<string, object>> = {
    'exchange.json': exchangeJsonSchema(),
    'http-exchange.json': httpExchangeJsonSchema(),
    'known-failures.json': z.toJSONSchema(KnownFailuresSchema, { io: 'input' }),
    'requirements.json': z.toJSONSchema(RequirementsSchema, { io: 'input' }),
    'systems.json': z.toJSONSchema(SystemsSchema, { io: 'input' }),
  };
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]),
  );
}
