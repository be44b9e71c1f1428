#!/usr/bin/env bash
# package_test.sh <deft's sources> <folder to work in>
# An outside project finds deft by add_subdirectory, find_package and pkg-config, static and shared,
# and its program runs.
set -euo pipefail

source=$1 work=$2
here=$source/tests/package

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# check_program <program> <number of deft's shared libraries>: the line fitted is 3 + 2 x
check_program() {
  local output found
  output=$("$1")
  awk '{ exit !(NF == 2 && $1 > 2.99 && $1 < 3.01 && $2 > 1.99 && $2 < 2.01) }' <<<"$output" ||
    fail "$1 printed $output"
  found=$(ldd "$1" | grep -c libdeft_) || true
  [ "$found" = "$2" ] || fail "$1 links $found shared libraries of deft, not $2"
}

# outside <build folder> <option of cmake...>: builds the outside project
outside() {
  cmake -G Ninja -S "$here" -B "$@"
  cmake --build "$1"
}

# check <static|shared> <ON|OFF> <number of deft's shared libraries>
check() {
  local linkage=$1 prefix=$work/$1

  echo "--- $linkage: add_subdirectory"
  # Without optimisation and for one instruction set, because nothing here depends on it and it takes
  # less time. A surrounding
  # project may hide its own names and merge its own sources: deft still exports its names, and
  # builds.
  outside "$work/embedded" -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS="$2" \
    -DDEFT_SOURCE="$source" -DDEFT_INSTALL=ON -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_CXX_FLAGS=-DHWY_COMPILE_ONLY_STATIC \
    -DCMAKE_CXX_VISIBILITY_PRESET=hidden -DCMAKE_VISIBILITY_INLINES_HIDDEN=ON \
    -DCMAKE_UNITY_BUILD=ON
  check_program "$work/embedded/program" "$3"
  for part in tests examples; do
    [ ! -e "$work/embedded/deft/$part" ] || fail "an embedded deft builds its $part"
  done

  echo "--- $linkage: find_package"
  cmake --install "$work/embedded/deft" --prefix "$prefix"
  ! grep -rF "$source/" "$prefix"/lib/{cmake,pkgconfig} || fail 'the package names the source tree'
  outside "$work/found" --fresh -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
  check_program "$work/found/program" "$3"

  echo "--- $linkage: pkg-config"
  local flags
  # As the README says it. pkg-config escapes what the shell would split.
  eval "flags=($(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs deft))"
  "${CXX:-c++}" -std=c++20 -Wall -Wextra -Werror "$here/program.cpp" -o "$work/program" \
    "${flags[@]}" -Wl,-rpath,"$prefix/lib"
  check_program "$work/program" "$3"
}

mkdir -p "$work"
exec 9<"$work"
flock 9
rm -rf "$work/static" "$work/shared"

check static OFF 0
check shared ON 3

echo '--- public headers'
foreign=$(grep -rnE '^ *# *include' "$work/static/include" |
          grep -vE '<(deft/[a-z0-9_/]+\.hpp|[a-z0-9_]+)>') || true
[ -z "$foreign" ] || fail "public headers include more than the standard library: $foreign"
