#!/usr/bin/env bash
# Shows a process another time of day: a node whose clock is wrong (bench/runtime/disasters.py).
set -euo pipefail
if ! compgen -G "/usr/lib/*/faketime/libfaketimeMT.so.1" >/dev/null; then
  apt-get install --yes --no-install-recommends libfaketime
fi
