#!/usr/bin/env bash
# Makes .venv from a lock file, with uv where there is one, else with venv and pip.
#   tools/environment.sh requirements.lock
set -euo pipefail
cd "$(dirname "$0")/.."
lock="$1"

want=$(cat "$lock" pyproject.toml | cksum)" $lock"
have=$(cat .venv/.made-from 2>/dev/null || true)
# The tests' environment holds all that the product's does.
if [ "$lock" = requirements.lock ] && [ -x .venv/bin/jiedui ] &&
   [ "$have" = "$(cat requirements-dev.lock pyproject.toml | cksum) requirements-dev.lock" ]; then exit 0; fi
if [ -x .venv/bin/jiedui ] && [ "$have" = "$want" ]; then exit 0; fi

# The system's own first: distributions build it with optimisation by profile; one built by hand
# often lacks that, and is a fifth slower.
needs=sys
command -v uv >/dev/null 2>&1 || needs=venv,ensurepip
python=""
for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null 2>&1 &&
     "$candidate" -c "import sys, $needs; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
    python="$candidate"; break
  fi
done
if command -v uv >/dev/null 2>&1; then
  [ -x .venv/bin/python ] || uv venv --quiet ${python:+--python "$python"} .venv
  uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"
  uv pip install --quiet --python .venv/bin/python --no-deps -e .
else
  [ -n "$python" ] || { echo "Jiedui needs Python 3.11 or newer." >&2; exit 1; }
  if [ ! -x .venv/bin/pip ]; then
    "$python" -m venv .venv || {
      echo "Could not make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }
  fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
fi
echo "$want" > .venv/.made-from
