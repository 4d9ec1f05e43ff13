#!/bin/sh
# Makes the cluster and its database on the first start, then becomes the server.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username=interlend --pwfile=/etc/postgresql-peer/password --auth-host=scram-sha-256 --auth-local=trust \
    --encoding=UTF8 --locale=C.UTF-8
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --silent --wait --log=/dev/null --options="-c listen_addresses=''" start
  createdb --username=interlend interlend
  pg_ctl --silent --wait stop
fi

exec postgres -c listen_addresses='*'
