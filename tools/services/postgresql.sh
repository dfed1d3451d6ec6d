#!/usr/bin/env bash
# The PostgreSQL server's programs; no cluster is made and nothing is left running: tests start their own.
set -euo pipefail
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  mkdir -p /etc/postgresql-common
  printf 'create_main_cluster = false\nstart_conf = manual\n' > /etc/postgresql-common/createcluster.conf
  apt-get install --yes --no-install-recommends postgresql
fi
