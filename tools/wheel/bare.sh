#!/usr/bin/env bash
# What somebody meets on a Debian with Python, git and certificates, and nothing else: the wheel is installed there, into
# an environment of its own, and a repository is reviewed: tools/wheel/bare.sh WHEEL [SUITE]. Seconds and sizes are told,
# and have bounds. Needs root and mmdebstrap (make services).
set -euo pipefail
wheel=$(realpath "${1:?a wheel}")
suite=${2:-$(. /etc/os-release && echo "${VERSION_CODENAME:-trixie}")}
checkout=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
. "$checkout/tools/wheel/reviews.sh"
root=$work/root
inside=(chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8)

# What it mounts is seen by nobody else, and ends with it; a package that did not arrive is asked for again.
bounded 600 unshare --mount --propagation private mmdebstrap --variant=minbase --quiet --aptopt='Acquire::Retries "3"' \
  --include=python3,python3-venv,git,ca-certificates ${APT_OPTION:+--aptopt="$APT_OPTION"} "$suite" "$work/base.tar"
mkdir "$root"
tar --extract --file "$work/base.tar" --directory "$root" --exclude './dev/*'
mknod --mode=666 "$root/dev/null" c 1 3
mknod --mode=666 "$root/dev/urandom" c 1 9
# What this machine's own clients need to reach the package registries: names, certificates and pip's settings, if any.
for place in /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt /etc/pip.conf; do
  if [ -e "$place" ]; then cp --remove-destination "$place" "$root$place"; fi
done
cp "$wheel" "$root/root/"
echo "wheel: a bare Debian $suite, $("${inside[@]}" python3 -V)"

pip=("${inside[@]}" /root/iam-review/bin/python -I -m pip --disable-pip-version-check)
"${inside[@]}" python3 -I -m venv /root/iam-review
bounded 240 "${pip[@]}" download --quiet --dest /root/downloaded "/root/$(basename "$wheel")"
started=$(date +%s)
"${pip[@]}" install --quiet --no-index --find-links /root/downloaded "/root/$(basename "$wheel")"
sample "$(echo "$root"/root/iam-review/lib/python3*/site-packages/bot/fake_forge/samples)" "$root/root/repository"
reviewed /root/repository "${inside[@]}" /root/iam-review/bin/iam-review
at_most "from pip install to the first review, beside the download" "$(($(date +%s) - started))" 60 s
at_most "the environment, pip and its own included" "$(($(du --summarize --bytes "$root/root/iam-review" | cut -f1) / 1000000))" 60 MB
echo "wheel: installed there, and it reviewed the sample"
