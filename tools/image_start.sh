#!/usr/bin/env bash
# Starts the server once from the image's root file system: as uid 10001, the root read-only, its state in a tmpfs,
# until it says that it is ready: tools/image_start.sh FOLDER (of tools/image.sh). Needs root.
set -euo pipefail
root=$(realpath "${1:?the folder of tools/image.sh}")/root
port=${2:-18080}

if curl --silent --max-time 2 --output /dev/null "http://127.0.0.1:$port/"; then
  echo "image: something answers on port $port already: end it, or give another port" >&2
  exit 1
fi

unshare --mount --fork --pid --kill-child --mount-proc bash -euo pipefail -s "$root" "$port" <<'INSIDE' &
root=$1 port=$2
mount --bind "$root" "$root"
mount -o remount,ro,bind "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o uid=10001,gid=10001,mode=700 tmpfs "$root/var/lib/iam-review"
exec chroot --userspec=10001:10001 "$root" /usr/bin/env -i PATH=/opt/iam-review/bin:/usr/bin:/bin \
  PYTHONDONTWRITEBYTECODE=1 HOME=/var/lib/iam-review IAM_REVIEW_PORT="$port" \
  IAM_REVIEW_DATABASE=sqlite:////var/lib/iam-review/db.sqlite IAM_REVIEW_CACHE_DIR=/var/lib/iam-review/cache \
  IAM_REVIEW_GITHUB__TOKEN=only-to-start IAM_REVIEW_GITHUB__WEBHOOK_SECRET=only-to-start-the-image iam-review serve
INSIDE
server=$!
# chroot changes the user, which undoes --kill-child: its process, first of its namespace, is ended by name.
trap 'pkill -KILL --parent "$server" || true; wait "$server" 2>/dev/null || true' EXIT

for _ in $(seq 120); do
  if answer=$(curl --silent --fail --max-time 2 "http://127.0.0.1:$port/readyz"); then
    echo "image: the server started from it answers: $answer"
    exit 0
  fi
  kill -0 "$server"
  sleep 0.5
done
echo "image: the server did not become ready" >&2
exit 1
