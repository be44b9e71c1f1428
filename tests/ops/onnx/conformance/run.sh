#!/usr/bin/env bash
# Judges deft by ONNX's own tests, prints the tables and writes them into ops/onnx/README.md: those
# of Debian's libonnx-testdata, which it installs, and those that PyPI's onnx makes up, where pip can
# fetch it. Options are those of deft_onnx_conformance, such as --failures.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$(readlink -f -- "$here/../../../..")
"$root/third_party/install.sh" --ci
build=$("$root/.ci/build" release deft_onnx_conformance)
judge=$build/tests/deft_onnx_conformance
page=$root/ops/onnx/README.md
work=$build/tests/conformance
mkdir -p "$work"

data=/usr/share/libonnx-testdata/data
status=0
"$judge" "$data"/{node,simple,pytorch-operator,pytorch-converted} --table conformance "$page" "$@" || status=$?

if python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q onnx==1.23.2; then
  rm -rf "$work/onnx-1.23.2"
  "$work/venv/bin/python" "$here/generate.py" "$work/onnx-1.23.2"
  "$judge" "$work/onnx-1.23.2" --table 'conformance, 1.23' "$page" "$@" || status=$?
fi
exit "$status"
