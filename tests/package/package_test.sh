#!/usr/bin/env bash
# package_test.sh <static|shared> <deft's sources> <folder to work in>
# Builds an outside project with deft by add_subdirectory, find_package and pkg-config, and runs it.
set -euo pipefail

linkage=$1 source=$2 work=$3/$1
here=$source/tests/package
prefix=$work/prefix

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# check_program <program>: the line fitted is 3 + 2 x, and deft is linked as it should be
check_program() {
  local output expected=0 found
  output=$("$1")
  awk '{ exit !(NF == 2 && $1 > 2.99 && $1 < 3.01 && $2 > 1.99 && $2 < 2.01) }' <<<"$output" ||
    fail "$1 printed $output"
  [ "$linkage" = static ] || expected=3
  found=$(ldd "$1" | grep -c libdeft_) || true
  [ "$found" = "$expected" ] || fail "$1 links $found shared libraries of deft"
}

mkdir -p "$work"
exec 9<"$work"
flock 9
rm -rf "$prefix" "$work/found"

echo '--- add_subdirectory'
[ "$linkage" = static ] && shared=OFF || shared=ON
# Without optimisation, because nothing here depends on it and it takes half the time.
cmake -G Ninja -S "$here" -B "$work/embedded" -DCMAKE_BUILD_TYPE=None \
  -DBUILD_SHARED_LIBS=$shared -DDEFT_SOURCE="$source" -DDEFT_INSTALL=ON
cmake --build "$work/embedded"
check_program "$work/embedded/program"
for part in tests examples; do
  [ ! -e "$work/embedded/deft/$part" ] || fail "an embedded deft builds its $part"
done

echo '--- find_package'
cmake --install "$work/embedded/deft" --prefix "$prefix"
! grep -rF "$source/core" "$prefix/lib/cmake" || fail 'the package file names the source tree'
cmake -G Ninja -S "$here" -B "$work/found" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
cmake --build "$work/found"
check_program "$work/found/program"

echo '--- pkg-config'
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
[ "$linkage" = static ] && option=--static || option=
# pkg-config escapes what the shell would split.
eval "flags=($(pkg-config $option --cflags --libs deft))"
"${CXX:-c++}" -std=c++20 -Wall -Wextra -Werror "$here/program.cpp" -o "$work/program" \
  "${flags[@]}" -Wl,-rpath,"$prefix/lib"
check_program "$work/program"

echo '--- public headers'
foreign=$(grep -rnE '^ *# *include' "$prefix/include" |
          grep -vE '<(deft/[a-z0-9_/]+\.hpp|[a-z0-9_]+)>') || true
[ -z "$foreign" ] || fail "public headers include more than the standard library: $foreign"
