/**
 * A mail server for tests: Debian's Dovecot with a mailbox of its own, as a child process.
 *
 * @packageDocumentation
 */
export { Dovecot, type DovecotOptions, whyNoDovecot } from './dovecot.js';
