#!/usr/bin/env bash
# Compares what deft writes and reads with Python's libraries:
#   run.sh <folder to work in> <script> <program of deft> <package>...
# Installs the packages from PyPI into an environment in that folder, and runs the script, of this
# folder, with the program and a folder for files. Exits with 77 where they cannot be installed.
set -euo pipefail

work=$1 script=$2 program=$3
packages=("${@:4}")
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
mkdir -p "$work/files"
python=$work/environment/bin/python
imports="import $(IFS=,; echo "${packages[*]}")"
can_compare() { "$python" -c "$imports" 2>/dev/null; }

if ! can_compare; then
  python3 -m venv "$work/environment" && "$python" -m pip install --quiet "${packages[@]}" || true
fi
if ! can_compare; then
  echo "skipped: ${packages[*]} cannot be installed"
  exit 77
fi
"$python" "$here/$script" "$program" "$work/files"
