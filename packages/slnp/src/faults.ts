import type { DecodeError } from '@interlend/core';
import type { SlnpReply } from './messages/message.js';
import type { CommandFault } from './messages/parameters.js';
import { errorReply } from './messages/replies.js';
import type { ReplyTexts } from './profiles/rules.js';

/** The reply to a command that is not understood. No value of the command is repeated: it may be a reader's. */
export function replyToFault(fault: CommandFault, texts: ReplyTexts): SlnpReply {
  switch (fault.kind) {
    case 'unknown-command':
      return errorReply(520, `${texts.commandUnknown} ${fault.command.slice(0, 64)}`, 'SlnpLookupError');
    case 'missing-parameter':
      return errorReply(520, `${texts.parameterMissing} ${fault.parameter}`, 'SlnpRequestError');
    case 'invalid-value':
      return errorReply(520, `${texts.valueInvalid} ${fault.parameter}`, 'SlnpRequestError');
    default:
      return fault satisfies never;
  }
}

/** The reply to octets that are no command. */
export function replyToUnreadable(error: DecodeError, texts: ReplyTexts): SlnpReply {
  const line = /^line (\d+):/.exec(error.message)?.[1];
  return errorReply(
    520,
    line === undefined ? texts.unreadable : `${texts.unreadable}, Zeile ${line}`,
    'SlnpRequestError',
  );
}
