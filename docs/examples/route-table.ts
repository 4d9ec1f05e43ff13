import { checkSettings, createServer, defaultRegistry } from '@interlend/reference-server';
import { formatTable } from './format-table.js';

/** The routes of the API as the server describes them. */
export async function routesTable(): Promise<string> {
  const { settings } = checkSettings(
    {
      data: ':memory:',
      api: { port: 0 },
      libraries: [{ symbol: 'TEST:REQ', name: 'Example' }],
      log: { level: 'silent' },
    },
    {},
    defaultRegistry,
  );
  if (!settings) throw new Error('the settings are refused');
  const server = createServer(settings);
  await server.start();
  try {
    const response = await fetch(`${server.apiUrl}/openapi.json`);
    return formatTable(['request', 'does'], routesOf(await response.json()));
  } finally {
    await server.stop();
  }
}

function routesOf(document: unknown): readonly (readonly string[])[] {
  return entriesOf(entriesOf(document).find(([key]) => key === 'paths')?.[1]).flatMap(([path, methods]) =>
    entriesOf(methods).map(([method, operation]) => {
      const summary = entriesOf(operation).find(([key]) => key === 'summary')?.[1];
      return [`\`${method.toUpperCase()} ${path}\``, String(summary)];
    }),
  );
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
