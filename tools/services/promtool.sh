#!/usr/bin/env bash
# What checks the alerting rules, and tries them.
set -euo pipefail
if ! command -v promtool >/dev/null; then
  apt-get install --yes --no-install-recommends promtool
fi
