#!/usr/bin/env bash
# Builds the container image without a Docker engine, from Debian packages and the hashed requirements, and leaves its
# root file system in the folder named, and the image in an archive if one is: tools/image.sh FOLDER [ARCHIVE]. Needs root, buildah and mmdebstrap (make services).
# The base is a Debian made here; `docker build` uses the Dockerfile's own.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(realpath -m "${1:?a folder for the result}")
mkdir -p "$work"
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-trixie}")
export BUILDAH_ISOLATION=chroot
store=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)

if [ ! -s "$work/base.tar" ]; then
  mmdebstrap --variant=minbase --include=python3,python3-venv,ca-certificates,git "$suite" "$work/base.tar" \
    --aptopt='Acquire::Retries "3"' --customize-hook='ln -s python3 "$1/usr/bin/python"' --quiet
fi
echo "image: the base is made"
container=$(buildah "${store[@]}" from --network host scratch)
buildah "${store[@]}" add --quiet "$container" "$work/base.tar" / >/dev/null
buildah "${store[@]}" commit --quiet --rm "$container" localhost/iam-review-base >/dev/null

# What this machine's own clients need to reach the package registries: certificates and pip's settings, if any.
mounts=()
for place in /etc/ssl/certs /usr/local/share/ca-certificates /etc/pip.conf; do
  if [ -e "$place" ]; then mounts+=(--volume "$place:$place:ro"); fi
done
limits=(--ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)" --ulimit "nproc=$(ulimit -Hu):$(ulimit -Hu)")
buildah "${store[@]}" bud --quiet --isolation chroot --network host --pull=never "${limits[@]}" "${mounts[@]}" \
  --build-arg BASE=localhost/iam-review-base --format docker --tag localhost/iam-review . >/dev/null
echo "image: built"
if [ -n "${2:-}" ]; then
  buildah "${store[@]}" push --quiet localhost/iam-review "oci-archive:$2"
  echo "image: $2 holds it"
fi
buildah "${store[@]}" inspect --type image localhost/iam-review > "$work/image.json"
container=$(buildah "${store[@]}" from --network host --pull=never localhost/iam-review)
mounted=$(buildah "${store[@]}" mount "$container")
rm -rf "$work/root"
cp -a "$mounted" "$work/root"
buildah "${store[@]}" umount "$container" >/dev/null
buildah "${store[@]}" rm "$container" >/dev/null
echo "image: its root file system is in $work/root"
