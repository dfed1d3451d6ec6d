#!/usr/bin/env bash
# The Redis server's program; tests start their own on a free port of the loopback.
set -euo pipefail
if ! command -v redis-server >/dev/null; then
  apt-get install --yes --no-install-recommends redis-server
fi
