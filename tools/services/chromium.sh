#!/usr/bin/env bash
# The browser in which the pages are looked at; Playwright drives this one and downloads none.
set -euo pipefail
if [ ! -x /usr/bin/chromium ]; then
  apt-get install --yes --no-install-recommends chromium
fi
# And what judges them for people who do not see them.
if ! command -v npm >/dev/null; then
  apt-get install --yes --no-install-recommends nodejs npm
fi
cd "$(dirname "$0")/../../tests/browser"
npm ci --ignore-scripts --no-audit --no-fund --silent
