/** Columns of a bibliographic or address line; what is longer is cut by the British Library. */
export const lineColumns = 40;

/** Lines of a postal address. */
export const addressLines = 6;

/** Characters of a mail address for delivery. */
export const mailAddressCharacters = 99;

/** Empty lines between the parts of an order file. */
export const blankLines = 4;

/** Lines of a mail that are looked at for replies: many times a day's intray. */
export const replyLines = 5000;

/** Characters of a text that are shown to staff beside what was understood of it. */
export const shownCharacters = 400;

/** Mails remembered to recognise repeats. More than any transaction has; the oldest go first. */
export const heardMails = 64;

/** Readings that wait for a person in one transaction; a flood of forged mails shows no more than these. */
export const pendingReadings = 32;

/** Orders in one file unless the partner's settings say otherwise. The format knows no limit; a mail of 50 has some 30 kB. */
export const ordersPerFile = 50;

/** What settings may say: 1000 orders still fit into a mail as large as any server takes. */
export const ordersPerFileAtMost = 1000;

/** Longest wait for company: an order does not wait for more than an hour. */
export const collectSecondsAtMost = 3600;
