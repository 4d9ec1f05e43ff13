import { marked, type Profile } from '@interlend/core';

/** What is known of the partners that are reached by mail, beside their settings. */
export interface MailPartnerRules {
  /** How the partner's replies look. */
  readonly replies: string;
  /** Whether the partner reads what we send with a program. */
  readonly readsByProgram: boolean;
  /** How many orders one file may hold; `undefined` where there is no limit. */
  readonly ordersPerFile: number;
}

export type MailPartnerProfile = Profile<MailPartnerRules>;

/** The British Library. */
export const britishLibrary: MailPartnerProfile = {
  name: 'british-library',
  title: 'British Library (ARTEmail)',
  rules: {
    replies: marked(
      'request number and reply code on a line',
      'inferred',
      'that replies quote both is documented, their layout is not published',
    ),
    readsByProgram: marked(true, 'documented'),
    ordersPerFile: marked(1, 'documented', 'Alma sends one order per mail; the format knows no limit'),
  },
};

/** A library that works with Alma and has us as partner of the type EMAIL. */
export const almaEmail: MailPartnerProfile = {
  name: 'alma',
  title: 'Alma (Ex Libris), partner type EMAIL',
  rules: {
    replies: marked(
      'letters of Alma, one label and value per row',
      'documented',
      'wording and labels belong to the institution',
    ),
    readsByProgram: marked(false, 'documented', 'letters that come back are read by staff'),
    ordersPerFile: marked(1, 'documented'),
  },
};

/** A library without a system for lending: people who read and answer mails. */
export const people: MailPartnerProfile = {
  name: 'people',
  title: 'People who answer by mail',
  rules: {
    replies: marked('a word on the first line, quoting our letter', 'inferred'),
    readsByProgram: marked(false, 'inferred'),
    ordersPerFile: marked(1, 'inferred'),
  },
};

/** The profiles that come with this package. */
export const profiles: readonly MailPartnerProfile[] = [britishLibrary, almaEmail, people];
