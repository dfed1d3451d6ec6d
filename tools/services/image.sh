#!/usr/bin/env bash
# What builds the container image without a Docker engine: buildah, and mmdebstrap for a base of Debian packages.
set -euo pipefail
missing=()
for program in buildah mmdebstrap; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get install --yes --no-install-recommends "${missing[@]}"
fi
