import { parseErrorText, type SlnpMessage } from './messages/message.js';

/** A short name of a message for timelines: `SLNPFLBestellung AFL`, `SLNPInfo2FLServer Shipped`, `510 PFLNummerNichtVorhanden`. */
export function describe(message: SlnpMessage): string {
  switch (message.kind) {
    case 'command': {
      const variant = message.parameters['Status'] ?? message.parameters['BsTyp'];
      return variant !== undefined && /^[A-Za-z]{1,16}$/.test(variant)
        ? `${message.command} ${variant}`
        : message.command;
    }
    case 'reply': {
      const detail = message.code >= 500 ? parseErrorText(message.text).symbol : message.command;
      return detail === undefined ? `${message.code}` : `${message.code} ${detail}`;
    }
    case 'greeting':
      return '220 greeting';
    default:
      return message satisfies never;
  }
}
