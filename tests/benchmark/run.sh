#!/usr/bin/env bash
# Runs the benchmark with the options given; builds it first, and installs what that needs. --peers
# compares with other libraries instead.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
if [ "${1-}" = --peers ]; then exec "$here/peers/run.sh" "${@:2}"; fi
build=$("$here/../../.ci/build" release deft_benchmark)
exec "$build/tests/benchmark/deft_benchmark" "$@"
