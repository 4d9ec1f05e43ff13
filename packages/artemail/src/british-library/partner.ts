import { ConfigError } from '@interlend/core';
import { isMailAddress } from '@interlend/mail';
import type { ReadingRules } from '../guard/guard.js';
import { SettingsReader } from '../guard/settings-reader.js';
import { collectSecondsAtMost, ordersPerFile, ordersPerFileAtMost } from '../limits.js';
import { customerCodePattern, keywordPattern, passwordPattern } from '../order-file/order-file.js';

/** An account with the British Library. */
export interface ArtAccount {
  readonly customerCode: string;
  /** Secret. It is put into mails on their way to the wire and stands nowhere else. */
  readonly password?: string;
}

/** What a library agreed with the British Library; the fields of Alma's ART_EMAIL partner profile and our own options. */
export interface ArtPartner extends ReadingRules {
  /** Our own mailbox: replies come to where orders come from. */
  readonly from: string;
  /** `email_address` of the profile. */
  readonly to: string;
  readonly accounts: readonly ArtAccount[];
  /** Codes that staff may choose; `keywords_service`, `keywords_delivery` and `keywords_queries` of the profile. */
  readonly keywords: {
    readonly service: readonly string[];
    readonly delivery: readonly string[];
    readonly instructions: readonly string[];
  };
  /** Codes that exist and are not published, as the British Library told its customer. */
  readonly renewKeyword?: string;
  readonly chaseKeyword?: string;
  /** Whether the account allows documents to go elsewhere; `alternative_document_delivery` of the profile. */
  readonly allowsAddresses: boolean;
  /** How long an order waits for others to go in one file; 0 sends each at once. */
  readonly collectSeconds: number;
  /** Orders in one file at most. The format knows no limit. */
  readonly ordersPerFile: number;
  readonly joinAuthor: boolean;
  readonly wrapTitle: boolean;
  readonly rzForCopyright: boolean;
}

/** @throws ConfigError with the key below `partner` */
export function readArtPartner(value: unknown): ArtPartner {
  const settings = new SettingsReader(value, 'partner', [
    ...['from', 'to', 'accounts', 'keywords', 'renewKeyword', 'chaseKeyword', 'allowsAddresses'],
    ...['collectSeconds', 'ordersPerFile'],
    ...['joinAuthor', 'wrapTitle', 'rzForCopyright', 'senders', 'replies', 'needsProof'],
  ]);
  const keywords = settings.group('keywords', ['service', 'delivery', 'instructions']);
  const codes = (name: string): readonly string[] =>
    keywords.texts(name, [], (code) => keywordPattern.test(code), 'capitals, digits and asterisks');
  const keyword = (name: string): string | undefined =>
    settings.maybeText(name, (code) => keywordPattern.test(code), 'capitals, digits and asterisks');
  const accounts = settings.groups('accounts', ['customerCode', 'password']).map((account) => {
    const password = account.maybeText(
      'password',
      (text) => passwordPattern.test(text),
      '1 to 20 letters and digits',
    );
    return {
      customerCode: account.text(
        'customerCode',
        (text) => customerCodePattern.test(text),
        'two digits, a hyphen and four digits',
      ),
      ...(password === undefined ? {} : { password }),
    };
  });
  if (accounts.length === 0)
    throw new ConfigError('expected at least one account', {
      key: 'partner.accounts',
      accepted: 'a list of accounts',
    });
  const to = settings.text('to', isMailAddress, 'a mail address');
  const renewKeyword = keyword('renewKeyword');
  const chaseKeyword = keyword('chaseKeyword');
  return {
    from: settings.text('from', isMailAddress, 'a mail address'),
    to,
    ...settings.readingRules(to),
    accounts,
    keywords: { service: codes('service'), delivery: codes('delivery'), instructions: codes('instructions') },
    ...(renewKeyword === undefined ? {} : { renewKeyword }),
    ...(chaseKeyword === undefined ? {} : { chaseKeyword }),
    collectSeconds: settings.whole('collectSeconds', 0, collectSecondsAtMost, 0),
    ordersPerFile: settings.whole('ordersPerFile', 1, ordersPerFileAtMost, ordersPerFile),
    allowsAddresses: settings.flag('allowsAddresses'),
    joinAuthor: settings.flag('joinAuthor'),
    wrapTitle: settings.flag('wrapTitle'),
    rzForCopyright: settings.flag('rzForCopyright'),
  };
}
