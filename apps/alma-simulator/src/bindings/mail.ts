import { type Partner, type PartnerSettings, toPartnerSettings } from '@interlend/alma';
import { artemail, email, symbolOfAddress } from '@interlend/artemail';
import { parsePlainMail } from '@interlend/mail';
import { sendMail } from '@interlend/mail/smtp';
import type { AnyProtocol, BindingOptions, MailSettings, OpenBinding, ProtocolBinding } from './binding.js';
import { createOutbox } from './outbox.js';

type Mailed = Extract<PartnerSettings, { readonly email: string; readonly protocol: 'artemail' | 'email' }>;

function settingsFor<Name extends Mailed['protocol']>(
  partner: Partner,
  name: Name,
): Extract<Mailed, { readonly protocol: Name }> | undefined {
  const { settings } = toPartnerSettings(partner);
  return settings?.protocol === name ? (settings as Extract<Mailed, { readonly protocol: Name }>) : undefined;
}

/** What both kinds of partner that are written to have in common. */
function mailed<Name extends Mailed['protocol']>(
  protocol: AnyProtocol,
  name: Name,
  agreed: (
    settings: Extract<Mailed, { readonly protocol: Name }>,
    mail: MailSettings,
  ) => Readonly<Record<string, unknown>>,
): Omit<ProtocolBinding, 'profileTypes' | 'profile' | 'evidence' | 'note'> {
  const agreedWith = (partner: Partner, mail: MailSettings): unknown => {
    const settings = settingsFor(partner, name);
    // Staff decide whether to key a mail in: what they key in counts.
    return (
      settings && {
        ...agreed(settings, mail),
        from: mail.address,
        to: settings.email,
        replies: 'automatic',
      }
    );
  };
  return {
    protocol,
    agreedWith,
    symbolOf(partner) {
      const settings = settingsFor(partner, name);
      return settings && symbolOfAddress(settings.email);
    },
    numberOf: (externalId) => externalId,
    externalIdOf: (message) => protocol.correlate(message).key,
    open: async (options) => openMail(protocol, agreedWith, options),
  };
}

/** Letters go to the mail server. What comes back lies in the mailbox. */
function openMail(
  protocol: AnyProtocol,
  agreedWith: (partner: Partner, mail: MailSettings) => unknown,
  { mail, onProblem }: BindingOptions,
): OpenBinding {
  const outbox = createOutbox(protocol.isRepeatHarmless, onProblem);
  return {
    async send(partner, transaction, message) {
      const { code } = partner.partner_details;
      const { server } = mail;
      if (!server) {
        onProblem(`${code}: no mail server is set, the letter stays here`);
        return;
      }
      const bytes = protocol.encode(message);
      const { from, to } = parsePlainMail(bytes);
      const sealed = protocol.seal?.(bytes, agreedWith(partner, mail)) ?? bytes;
      await outbox.add(code, transaction, sealed, (octets, signal) =>
        sendMail(
          octets,
          { from, to },
          { server: { ...server, security: 'none' }, signal, timeoutMs: 10_000 },
        ),
      );
    },
    close: () => outbox.close(),
  };
}

/** Partners that get letters. */
export const emailBinding: ProtocolBinding = {
  ...mailed(email as AnyProtocol, 'email', () => ({})),
  profileTypes: ['EMAIL'],
  profile: 'alma',
  evidence: 'documented',
  note: 'the names of the letters are documented; their wording belongs to the institution',
};

/** The British Library: orders go out as mails, replies are keyed in by hand. */
export const artemailBinding: ProtocolBinding = {
  ...mailed(artemail as AnyProtocol, 'artemail', ({ customers, keywords }) => ({
    accounts: customers.map(({ code, password }) => ({ customerCode: code, password })),
    keywords: { service: keywords.service, delivery: keywords.delivery, instructions: keywords.queries },
  })),
  profileTypes: ['ART_EMAIL'],
  profile: 'british-library',
  evidence: 'documented',
  note: 'one order per mail; staff choose the keywords in Alma, here the first ones of the partner record that fit are taken',
};
