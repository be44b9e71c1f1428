#!/usr/bin/env bash
# Runs all tests through ctest with the arguments given; builds them first, and installs what that
# needs.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
build=$("$here/../.ci/build" release)
exec ctest --test-dir "$build" --output-on-failure --parallel "$(nproc)" "$@"
