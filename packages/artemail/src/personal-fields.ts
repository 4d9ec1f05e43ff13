import type { PersonalField } from '@interlend/core';
import type { PlainMail } from '@interlend/mail';
import type { ArtMessage } from './british-library/messages.js';

/**
 * Texts of a message that identify a reader or are secret: where documents are delivered to, and passwords. Texts for
 * people are given whole: whoever records them has to look.
 */
export function personalFields(message: ArtMessage | PlainMail): readonly PersonalField[] {
  if (!('kind' in message)) return textFields(message, 'text');
  if (message.kind === 'mail') return textFields(message.mail, 'mail.text');
  const { account, orders } = message.file;
  return [
    ...(account.password === undefined ? [] : [{ path: 'file.account.password', text: account.password }]),
    ...orders.flatMap(({ deliverTo }, index) => {
      const path = `file.orders.${index}.deliverTo`;
      if (deliverTo === undefined) return [];
      if ('mail' in deliverTo) return [{ path: `${path}.mail`, text: deliverTo.mail }];
      return deliverTo.lines.map((text, line) => ({ path: `${path}.lines.${line}`, text }));
    }),
  ];
}

function textFields({ fromName, text }: PlainMail, path: string): readonly PersonalField[] {
  return [
    ...(fromName === undefined ? [] : [{ path: path.replace(/text$/, 'fromName'), text: fromName }]),
    ...[...text.matchAll(/[^\s<>"':,;]+@[^\s<>"':,;]+/g)].map(([found]) => ({ path, text: found })),
  ];
}
