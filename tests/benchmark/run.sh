#!/usr/bin/env bash
# Runs the benchmark with the options given; builds it first, and installs what that needs.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
build=$("$here/../../.ci/build" release deft_benchmark)
exec "$build/tests/benchmark/deft_benchmark" "$@"
