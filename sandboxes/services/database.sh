#!/bin/sh
# PostgreSQL with one database and one account, `judge`; its password lies in a secret's file.
set -eu
binaries=$(echo /usr/lib/postgresql/*/bin)
password=/run/secrets/database_password
data=/data/cluster
if [ ! -s "$data/PG_VERSION" ]; then
  "$binaries/initdb" -D "$data" -U judge -E UTF8 --locale=C.UTF-8 --pwfile="$password" \
    --auth-host=scram-sha-256 --auth-local=trust
  echo "host all judge all scram-sha-256" >>"$data/pg_hba.conf"
  "$binaries/pg_ctl" -D "$data" -w -o "-c listen_addresses='' -c unix_socket_directories=/tmp" start
  "$binaries/createdb" -h /tmp -U judge judge
  "$binaries/pg_ctl" -D "$data" -w -m fast stop
fi
exec "$binaries/postgres" -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp \
  -c max_connections=200
