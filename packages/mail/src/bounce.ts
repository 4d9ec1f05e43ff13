import { isMessageId } from './correlation.js';
import type { Bounce } from './plain-mail.js';

const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** Fields of the groups of a `message/delivery-status` part, RFC 3464 2.1. */
function groups(text: string): readonly ReadonlyMap<string, string>[] {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split(/\n{2,}/)
    .map(
      (group) =>
        new Map(
          group.split('\n').flatMap((line): readonly (readonly [string, string])[] => {
            const colon = line.indexOf(':');
            return colon > 0
              ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]]
              : [];
          }),
        ),
    )
    .filter((group) => group.size > 0);
}

/** What follows the type in `rfc822; desk@library.example`. */
const untyped = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : value.slice(value.indexOf(';') + 1).trim();

/**
 * Reads a delivery status, RFC 3464: of several recipients the first that failed, else the first. `undefined` when it
 * names none.
 *
 * @param original header of the mail that it is about, as far as it was sent along
 */
export function parseBounce(status: string, original: string | undefined): Bounce | undefined {
  const recipients = groups(status).filter((group) => group.has('action'));
  const actionOf = (group: ReadonlyMap<string, string>) =>
    actions.find((each) => each === group.get('action')?.toLowerCase());
  const chosen = recipients.find((group) => actionOf(group) === 'failed') ?? recipients[0];
  const action = chosen && actionOf(chosen);
  if (!chosen || !action) return undefined;
  const recipient = untyped(chosen.get('original-recipient') ?? chosen.get('final-recipient'));
  const diagnostic = untyped(chosen.get('diagnostic-code'));
  const messageId = /^message-id:\s*(<[^<>\s]+>)/im.exec(original ?? '')?.[1];
  const isId = messageId !== undefined && isMessageId(messageId);
  return {
    action,
    status:
      /\d\.\d{1,3}\.\d{1,3}/.exec(chosen.get('status') ?? '')?.[0] ??
      (action === 'failed' ? '5.0.0' : '4.0.0'),
    ...(recipient === undefined ? {} : { recipient }),
    ...(diagnostic === undefined ? {} : { diagnostic: diagnostic.slice(0, 500) }),
    ...(isId ? { messageId } : {}),
  };
}
