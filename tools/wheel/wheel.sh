#!/usr/bin/env bash
# What somebody meets who has only Python, pip and git: builds the wheel in an environment of its own, installs it with its
# dependencies into a bare one outside the checkout, and reviews a small repository there; then the same with each extra,
# as the program itself says to install them: tools/wheel/wheel.sh [PYTHON [WHEEL]]. Sizes and seconds are told, and have bounds.
set -euo pipefail
python=$(command -v "${1:-python3}")
checkout=$(cd "$(dirname "$0")/../.." && pwd)
wheel=${2:+$(realpath "$2")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$checkout/tools/wheel/reviews.sh"
install() { bounded 240 "$python" -I -m pip --python "$work/bare/bin/python" --disable-pip-version-check install --quiet "$@"; }

cd "$work"
if [ -z "$wheel" ]; then
  bounded 240 "$python" -I -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir "$work/wheel" "$checkout"
  wheel=$(echo "$work"/wheel/iam_review-*.whl)
  echo "wheel: $(basename "$wheel") is built"
fi
at_most "its size" "$(($(stat --format %s "$wheel") / 1000))" 6000 kB

bounded 240 "$python" -I -m pip --disable-pip-version-check download --quiet --dest "$work/downloaded" "$wheel"
started=$(date +%s)
"$python" -I -m venv --without-pip "$work/bare"
install --no-index --find-links "$work/downloaded" "$wheel"
"$work/bare/bin/python" -I -c 'import sys; from bot.frontends.terraform.syntax import grammar_table; sys.exit(not grammar_table.load()[1] and "the wheel has no compiled grammar")'
at_most "what the command line's environment holds" "$(($(du --summarize --bytes "$work/bare" | cut -f1) / 1000000))" 60 MB

samples=$("$work/bare/bin/python" -I -c 'import bot, pathlib; print(pathlib.Path(bot.__file__).parent / "fake_forge" / "samples")')
sample "$samples" "$work/repository"
reviewed "$work/repository" "$work/bare/bin/iam-review"
at_most "from pip install to the first review, beside the download" "$(($(date +%s) - started))" 60 s
begun=$(date +%s%N)
reviewed "$work/repository" "$work/bare/bin/iam-review"
at_most "a further review" "$((($(date +%s%N) - begun) / 1000000))" 10000 ms
echo "wheel: the installed program reviewed the sample, and it fails as it should"

"$work/bare/bin/iam-review" docs rules/escalation > "$work/page" # through a pipe it may be ended before it is done
grep --quiet "What it means" "$work/page"
"$work/bare/bin/iam-review" docs silence one finding > "$work/found"
grep --quiet how-to/silence-one "$work/found"
echo "wheel: it carries the manual"

# What a command says to type for what it lacks is what is typed here.
for call in "ci" "mcp" "try --once"; do
  said=$(env -u GITHUB_ACTIONS -u GITLAB_CI "$work/bare/bin/iam-review" $call 2>&1 || true)
  needed=$(sed -n "s/^  pip install '\(.*\)'$/\1/p" <<< "$said")
  install "${needed:?the program said: $said}"
  echo "wheel: ${needed%% *} is installed, as $call said"
done
code=0
env -u GITHUB_ACTIONS -u GITLAB_CI "$work/bare/bin/iam-review" ci > "$work/ci" 2>&1 || code=$?
if [ "$code" != 2 ] || ! grep --quiet GITHUB_ACTIONS "$work/ci"; then cat "$work/ci" >&2; exit 1; fi
bounded 120 "$work/bare/bin/iam-review" try --once > "$work/tried"
grep --quiet worker.tf "$work/tried"
echo "wheel: the bot reviewed the sample pull request there"

"$checkout/tools/wheel/pythons.sh" "$wheel" "$work"
