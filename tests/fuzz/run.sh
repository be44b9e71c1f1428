#!/usr/bin/env bash
# Feeds the readers of files with bytes that libFuzzer makes up: run.sh [seconds for each, 60] [reader...]
# What it finds stays in build/fuzz/<reader>, and a crash is a file there.
set -euo pipefail

root=$(dirname -- "$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")")
cd -- "$root"
seconds=${1-60}
readers=("${@:2}")
((${#readers[@]})) || readers=(npy npz safetensors idx csv)
build=build/fuzz
mkdir -p "$build"

# Coverage of the readers guides the fuzzer. Of the rest of the layer, the linker takes what they need.
export CXX=${CXX:-clang++-14} build
export flags='-std=c++20 -O1 -g -fsanitize=fuzzer-no-link,address,undefined
  -fno-sanitize-recover=undefined -Icore/include -Icore/src -Itests'

# compile <source of core>: unless the object is newer than the source and all headers
compile() {
  local object changed
  object=$build/$(tr / _ <<<"${1%.cpp}").o
  changed=$(find core \( -name '*.hpp' -o -path "$1" \) -newer "$object" -print -quit 2>/dev/null) || changed=all
  # shellcheck disable=SC2086 # the flags are words
  [ -z "$changed" ] || "$CXX" $flags -c "$1" -o "$object"
}
export -f compile
mapfile -t sources < <(find core/src -name '*.cpp' ! -path '*/graph/*')
# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'set -e; compile "$1"' _
objects=("${sources[@]//\//_}")
objects=("${objects[@]/%.cpp/.o}")
rm -f "$build/readers.a"
ar qc "$build/readers.a" "${objects[@]/#/$build/}"

for reader in "${readers[@]}"; do
  echo "--- $reader"
  program=$build/${reader}_fuzz
  # shellcheck disable=SC2086
  "$CXX" $flags -fsanitize=fuzzer "tests/fuzz/${reader}_fuzz.cpp" "$build/readers.a" -lz -o "$program"
  corpus=$build/$reader
  mkdir -p "$corpus"
  seeds=()
  for folder in "tests/data/$reader"/*/; do [ ! -d "$folder" ] || seeds+=("$folder"); done
  if [ "$reader" = csv ]; then cp tests/data/*.csv "$corpus"; fi
  if [ "$reader" = idx ]; then
    printf '\0\0\x08\x02\0\0\0\x02\0\0\0\x02abcd' >"$corpus/plain"
    gzip -nc "$corpus/plain" >"$corpus/gzip"
  fi
  # Of a file of 4 kB, deflate can make 4 MB, of 1 byte each; as i32 they take 17 MB.
  "$program" -max_total_time="$seconds" -max_len=4096 -malloc_limit_mb=20 -timeout=10 \
    -print_final_stats=1 -artifact_prefix="$corpus/" "$corpus" "${seeds[@]}" 2>&1 |
    tee "$build/$reader.log" | { grep -E 'ERROR|SUMMARY|stat::|exceeded' || true; }
done
