#!/usr/bin/env bash
# What somebody meets who has only Python, pip and git: builds the wheel in an environment of its own, installs it with its
# dependencies into a bare one outside the checkout, and reviews a small repository there: tools/wheel.sh [PYTHON].
set -euo pipefail
python=$(command -v "${1:-python3}")
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bounded() { timeout --kill-after=10 "$@" || { echo "wheel: failed or took longer than $1 s: ${*:2}" >&2; exit 1; }; }

cd "$work"
bounded 240 "$python" -I -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir "$work/wheel" "$checkout"
wheel=$(echo "$work"/wheel/iam_review-*.whl)
echo "wheel: $(basename "$wheel") is built"

"$python" -I -m venv --without-pip "$work/bare"
bounded 240 "$python" -I -m pip --python "$work/bare/bin/python" --disable-pip-version-check install --quiet "$wheel"
"$work/bare/bin/python" -I -c 'import sys; from bot.frontends.terraform.syntax import grammar_table; sys.exit(not grammar_table.load()[1] and "the wheel has no compiled grammar")'
echo "wheel: installed with what it needs"

samples=$("$work/bare/bin/python" -I -c 'from bot.fake_forge.sample import SAMPLES; print(SAMPLES)')
git init --quiet --initial-branch=main "$work/repository"
for side in base head; do
  git -C "$work/repository" rm -r --quiet --ignore-unmatch .
  cp -R "$samples/$side/." "$work/repository/"
  git -C "$work/repository" add --all
  git -C "$work/repository" -c user.name=Ada -c user.email=ada@example.com -c commit.gpgsign=false commit --quiet --message "$side"
done
code=0
timeout --kill-after=10 60 "$work/bare/bin/iam-review" diff --repo "$work/repository" --base HEAD~1 > "$work/review" || code=$?
if [ "$code" != 1 ] || ! grep --quiet worker.tf "$work/review"; then
  echo "wheel: the review of the sample ended with $code instead of 1, or does not name worker.tf:" >&2
  cat "$work/review" >&2
  exit 1
fi
echo "wheel: the installed program reviewed the sample, and it fails as it should"
