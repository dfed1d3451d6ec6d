#!/usr/bin/env bash
# The browser in which the pages are looked at; Playwright drives this one and downloads none.
set -euo pipefail
if [ ! -x /usr/bin/chromium ]; then
  apt-get install --yes --no-install-recommends chromium
fi
