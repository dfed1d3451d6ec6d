#!/usr/bin/env bash
# Installs the wheel for each Python that it is made for and that is found here, and by uvx and by pipx, and reviews the
# sample there; of a Python that is not here, it is told whether every package has a wheel for it:
# tools/wheel/pythons.sh WHEEL FOLDER (of tools/wheel/wheel.sh, which has made the sample's repository in it).
set -euo pipefail
wheel=${1:?a wheel} work=${2:?a folder}
checkout=$(cd "$(dirname "$0")/../.." && pwd)
. "$checkout/tools/wheel/reviews.sh"
uv=$checkout/.venv/bin/uv

# found RELEASE: the interpreter, if there is one that runs.
found() {
  for each in "$(command -v "python$1")" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python "/usr/bin/python$1"; do
    if [ -x "$each" ] && "$each" -I -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
      echo "$each"
      return
    fi
  done
}

# has_wheels OPTIONS...: every locked package of the server and of the assistant has one.
has_wheels() {
  bounded 120 "$uv" pip compile --quiet --no-config --no-deps --only-binary :all: "$@" \
    "$checkout/requirements/runtime.txt" "$checkout/requirements/mcp.txt" > "$work/resolved"
}

for release in 3.11 3.12 3.13 3.14; do
  python=$(found "$release")
  if [ -n "$python" ]; then
    "$python" -I -m venv --without-pip "$work/python$release"
    bounded 240 "$uv" pip install --quiet --no-config --python "$work/python$release/bin/python" "$wheel"
    reviewed "$work/repository" "$work/python$release/bin/iam-review"
    echo "wheel: $("$python" -I -V): installed, and it reviewed the sample"
    for file in "$(dirname "$wheel")"/*.pyz; do  # a release's
      if [ -e "$file" ]; then SHIV_ROOT=$work/shiv reviewed "$work/repository" "$python" "$file"; echo "wheel: so did $(basename "$file")"; fi
    done
  else
    has_wheels --python-version "$release"
    echo "wheel: Python $release is not here, and was not tried; every package has a wheel for it"
  fi
done
has_wheels --python-version 3.12 --python-platform aarch64-unknown-linux-gnu
echo "wheel: Linux on arm64 was not tried; every package has a wheel for it"

reviewed "$work/repository" "$checkout/.venv/bin/uvx" --quiet --no-config --from "$wheel" iam-review
echo "wheel: uvx --from runs it"
export PIPX_HOME=$work/pipx PIPX_BIN_DIR=$work/pipx/bin PIPX_MAN_DIR=$work/pipx/man
bounded 240 "$checkout/.venv/bin/pipx" install --quiet "$wheel" >/dev/null
reviewed "$work/repository" "$work/pipx/bin/iam-review"
echo "wheel: pipx installed it, and it reviewed the sample"
