import { formatHttpExchange, type HttpExchange } from '@interlend/testing';

/** The file of an HTTP exchange in the folder `http-exchanges` of a suite, with its schema for editors. */
export function httpExchangeFile(exchange: HttpExchange): string {
  const up = '../'.repeat(exchange.id.split('/').length);
  return `# yaml-language-server: $schema=${up}schema/http-exchange.json\n${formatHttpExchange(exchange)}`;
}
