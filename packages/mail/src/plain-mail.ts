/** How a mail came to be, where that was not somebody who had something to say. */
export type MailNature =
  /** An answering machine: somebody is away, a ticket was opened. */
  | 'automatic'
  /** A mail server says what became of a mail, RFC 3464. */
  | 'bounce'
  /** It has our own address as sender, or has gone in circles. */
  | 'loop';

/** What a mail server says about a mail that it could not deliver (yet), RFC 3464. */
export interface Bounce {
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** Enhanced status code, for instance `5.1.1`. */
  readonly status: string;
  readonly recipient?: string;
  /** The other server's own words. */
  readonly diagnostic?: string;
  /** The mail that it is about. */
  readonly messageId?: string;
}

/** Whether a mail server that is trusted says that the sender's domain sent the mail, RFC 8601. */
export type SenderProof = 'proven' | 'disproved' | 'unknown';

/**
 * A mail as the protocols over mail see it: one text, and the header fields that carry meaning. Plain JSON. What a mail
 * had beside that is named in {@link PlainMail.leftOut}.
 */
export interface PlainMail {
  /** Mail address of the sender. */
  readonly from: string;
  readonly fromName?: string;
  /** Mail address of the reader. */
  readonly to: string;
  readonly subject: string;
  /** Moment in ISO 8601, to the second, UTC; absent when the mail has no date that can be read. */
  readonly date?: string;
  /** With angle brackets; absent on mails whose sender gave none. */
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  /** RFC 3834: says to answering machines that nobody waits for them. */
  readonly autoSubmitted?: 'auto-generated' | 'auto-replied';
  /** Lines end in `\n`. */
  readonly text: string;
  readonly nature?: MailNature;
  readonly bounce?: Bounce;
  readonly proof?: SenderProof;
  /** What was not taken over: attachments, pictures, the end of a long text. */
  readonly leftOut?: readonly string[];
}
