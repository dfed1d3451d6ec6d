#!/usr/bin/env bash
# Node and the simulator that differential tests ask, in tests/oracles/node_modules; nothing of it is shipped.
set -euo pipefail
if ! command -v npm >/dev/null; then
  apt-get install --yes --no-install-recommends nodejs npm
fi
cd "$(dirname "$0")/../../tests/oracles"
npm ci --ignore-scripts --no-audit --no-fund --silent
