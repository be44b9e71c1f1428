#!/usr/bin/env bash
# What third_party/install.sh does, with a dpkg-query, id, sudo and apt-get that only pretend.
# install_test.sh <install.sh>
set -euo pipefail

install=$1
fake=$(mktemp -d)
trap 'rm -rf "$fake"' EXIT

# pretend <command> <body in sh>
pretend() {
  printf '#!/bin/sh\n%s\n' "$2" >"$fake/$1"
  chmod +x "$fake/$1"
}

# expect <exit status> <text of the output, or nothing> [option of install.sh]
expect() {
  local status=0 output
  output=$(PATH="$fake:$PATH" "$install" "${@:3}" 2>&1 </dev/null) || status=$?
  if [ "$status" != "$1" ] || { [ -z "$2" ] && [ -n "$output" ]; } || [[ $output != *"$2"* ]]; then
    printf 'expected %s: %s\ngot %s: %s\n' "$1" "$2" "$status" "$output" >&2
    exit 1
  fi
}

pretend apt-get 'echo "run: apt-get $*"'
pretend sudo 'exit 1'
pretend id 'echo 1000'

# Everything is there: nothing to do, and no privilege asked for.
pretend dpkg-query 'echo installed'
expect 0 ''
expect 0 '' --ci

# Missing, and no way to become root: the command, and 77.
pretend dpkg-query 'case $4 in libdnnl-dev | clang-14) exit 1 ;; *) echo installed ;; esac'
expect 77 'apt-get update && apt-get install -y --no-install-recommends libdnnl-dev'
expect 77 'apt-get install -y --no-install-recommends libdnnl-dev clang-14' --ci

pretend dpkg-query 'case $4 in dataset-fashion-mnist) exit 1 ;; *) echo installed ;; esac'
expect 0 '' --ci
expect 77 'apt-get install -y --no-install-recommends dataset-fashion-mnist' --data

# An alternative will do.
pretend dpkg-query 'case $4 in pkgconf) exit 1 ;; *) echo installed ;; esac'
expect 0 ''

# Removed but not purged is not installed. root installs, and sudo makes root.
pretend dpkg-query 'case $4 in libhwy-dev) echo config-files ;; *) echo installed ;; esac'
pretend id 'echo 0'
expect 0 'run: apt-get install -y --no-install-recommends libhwy-dev'
pretend id 'echo 1000'
pretend sudo '[ "$1" != -n ] || shift; "$@"'
expect 0 'run: apt-get update'

# What apt-get cannot install is an error.
pretend apt-get 'exit 100'
expect 100 'installing libhwy-dev'
