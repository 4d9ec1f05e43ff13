#!/bin/sh
# Tells Postfix the mailboxes that Dovecot has, starts Dovecot, then becomes Postfix.
set -eu

: >> /etc/mail-peer/routes
cut -d: -f1 /etc/mail-peer/mailboxes | sed 's/$/ mailbox/' > /etc/postfix/mailboxes
cut -d: -f1 /etc/mail-peer/mailboxes | sed 's/.*@//; s/$/ mailboxes/' | sort -u > /etc/postfix/mailbox-domains

# Left behind when it was killed; the number may be another process's now.
rm -f /run/dovecot/master.pid
dovecot
exec postfix start-fg
