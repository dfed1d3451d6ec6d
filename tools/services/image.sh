#!/usr/bin/env bash
# What builds the container image without a Docker engine: buildah, and mmdebstrap for a base of Debian packages.
set -euo pipefail
missing=()
if [ ! -x /usr/lib/podman/netavark ]; then missing+=(netavark); fi  # buildah asks for it even where it is not used
for program in buildah mmdebstrap; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get install --yes --no-install-recommends "${missing[@]}"
fi
