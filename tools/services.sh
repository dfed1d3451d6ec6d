#!/usr/bin/env bash
# Brings what some tests need besides Python, from Debian packages and npm: needs root for apt.
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive
# Nothing of it is to run as a service of this machine: the tests start what they need, on the loopback.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update --quiet=2 || echo "services: the package lists could not be renewed; going on with those at hand"
for part in tools/services/*.sh; do
  echo "services: ${part##*/}"
  bash "$part"
done
