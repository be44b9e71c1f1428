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

# Coverage of the readers guides the fuzzer; of tensors and errors they need what is always the same.
flags=(-std=c++20 -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
       -Icore/include -Icore/src -Itests)
objects=()
for source in core/src/files/*.cpp core/src/files/*/*.cpp core/src/tensor/*.cpp core/src/{error,utf8}.cpp; do
  object=$build/$(tr / _ <<<"${source%.cpp}").o
  changed=$(find core -name '*.hpp' -newer "$object" -print -quit 2>/dev/null) || changed=all
  if [ -n "$changed" ] || [ "$source" -nt "$object" ]; then "${CXX:-clang++-14}" "${flags[@]}" -c "$source" -o "$object"; fi
  objects+=("$object")
done

for reader in "${readers[@]}"; do
  echo "--- $reader"
  program=$build/${reader}_fuzz
  "${CXX:-clang++-14}" "${flags[@]}" -fsanitize=fuzzer "tests/fuzz/${reader}_fuzz.cpp" "${objects[@]}" \
    -lz -o "$program"
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
