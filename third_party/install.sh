#!/usr/bin/env bash
# Installs the Debian packages of packages.txt that are missing; --ci, --data: those of the CI, or of
# the examples' data, as well. Needs no privilege if nothing is missing. Exits with 77 if it may not
# install.
set -euo pipefail

say() { echo "third_party/install.sh: $*" >&2; }

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]
}

groups=build
[ $# = 0 ] || groups="build|${1#--}"

if ! command -v dpkg-query >/dev/null; then
  say "this is not a Debian system; CMake will name what is missing"
  exit 0
fi

missing=()
while read -r group alternatives _; do
  [[ $group =~ ^($groups)$ ]] || continue
  found=
  for package in ${alternatives//|/ }; do
    ! is_installed "$package" || found=yes
  done
  [ -n "$found" ] || missing+=("${alternatives%%|*}")
done <"$(dirname -- "${BASH_SOURCE[0]}")/packages.txt"
((${#missing[@]})) || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root=(sudo)
else
  say "packages are missing and only root can install them. As root:"
  say "  apt-get update && ${install[*]}"
  exit 77
fi
say "installing ${missing[*]}"
"${as_root[@]}" apt-get update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}"
