#!/usr/bin/env bash
# Brings what some tests need besides Python, from Debian packages and npm: needs root for apt.
set -euo pipefail
cd "$(dirname "$0")/.."
for part in tools/services/*.sh; do
  echo "services: ${part##*/}"
  bash "$part"
done
