#!/usr/bin/env bash
# Compares deft's files with those of NumPy and safetensors: run.sh <convert> <folder to work in>
# Installs both from PyPI into an environment in that folder; exits with 77 where that is not possible.
set -euo pipefail

convert=$1 work=$2
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
mkdir -p "$work/files"
python=$work/environment/bin/python
can_compare() { "$python" -c 'import numpy, safetensors' 2>/dev/null; }

if ! can_compare; then
  python3 -m venv "$work/environment" && "$python" -m pip install --quiet numpy safetensors || true
fi
if ! can_compare; then
  echo 'skipped: numpy and safetensors cannot be installed'
  exit 77
fi
"$python" "$here/compare.py" "$convert" "$work/files"
