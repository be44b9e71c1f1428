#!/usr/bin/env bash
# Feeds the readers of files with bytes that libFuzzer makes up: run.sh [seconds for each, 60] [reader...]
# What it finds stays in build/fuzz/<reader>, and a crash is a file there.
set -euo pipefail

root=$(dirname -- "$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")")
cd -- "$root"
seconds=${1-60}
readers=("${@:2}")
((${#readers[@]})) || readers=(npy npz safetensors idx csv onnx graph_def checkpoint)
build=build/fuzz
mkdir -p "$build"

# Coverage of the readers guides the fuzzer. Of the rest of the layers, the linker takes what they need.
# Kernels take clang many minutes with sanitizers, and get no bytes of a file but as elements.
export CXX=${CXX:-clang++-14} build
export sanitizers='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined'
export flags='-std=c++20 -O1 -g -ffp-contract=off -DHWY_COMPILE_ONLY_STATIC -Icore/include -Icore/src
  -Iops/include -Iops -Iops/onnx/include -Iops/tensorflow/include -Itests -isystem /usr/include/eigen3'

# compile <source>: unless the object is newer than the source and all headers of its layer and of those
# that the layer sees. A layer's private headers are found beside its sources.
compile() {
  local layer=${1%%/src/*} object changed seen=(core) checks=$sanitizers
  [[ $1 == core/* ]] || seen+=(ops)
  [[ $1 != ops/kernels/* ]] || { layer=ops && checks=; }
  object=$build/$(tr / _ <<<"${1%.cpp}").o
  changed=$(find "${seen[@]}" \( -name '*.hpp' -o -path "$1" \) -newer "$object" -print -quit 2>/dev/null) || changed=all
  # shellcheck disable=SC2086 # the flags are words
  [ -z "$changed" ] || "$CXX" $flags $checks "-I$layer/src" -c "$1" -o "$object"
}
export -f compile

# archive <name> <source>...: compiled if need be
archive() {
  local objects=("${@:2}")
  # shellcheck disable=SC2016 # the inner shell expands it
  printf '%s\0' "${@:2}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'set -e; compile "$1"' _
  objects=("${objects[@]//\//_}")
  objects=("${objects[@]/%.cpp/.o}")
  rm -f "$build/$1.a"
  ar qc "$build/$1.a" "${objects[@]/#/$build/}"
}

mapfile -t files_of_core < <(find core/src -name '*.cpp' ! -path '*/graph/*')
archive readers "${files_of_core[@]}"

# The readers of models build graphs, and compute what shapes depend on.
models() {
  local sources
  mapfile -t sources < <(find core/src/graph ops/src ops/kernels ops/nn ops/optim "$1/src" -name '*.cpp')
  archive "$2" "${sources[@]}"
}

# seed <corpus> <folder>...: copies files, whose folders are part of their names then
seed() {
  local file
  find "${@:2}" -type f -size -65k \( -name '*.onnx' -o -name '*.pb' -o -name '*.pbtxt' -o -name '*.meta' \) \
    ! -name '*put_*.pb' -print0 2>/dev/null | while IFS= read -r -d '' file; do
    cp "$file" "$1/$(tr / _ <<<"$file")"
  done
}

for reader in "${readers[@]}"; do
  echo "--- $reader"
  program=$build/${reader}_fuzz
  corpus=$build/$reader
  mkdir -p "$corpus"
  libraries=("$build/readers.a")
  # Of a file of 4 kB, deflate can make 4 MB, of 1 byte each; as i32 they take 17 MB.
  limits=(-max_len=4096 -malloc_limit_mb=20 -timeout=10)
  seeds=()
  for folder in "tests/data/$reader"/*/; do [ ! -d "$folder" ] || seeds+=("$folder"); done
  case $reader in
    csv) cp tests/data/*.csv "$corpus" ;;
    idx)
      printf '\0\0\x08\x02\0\0\0\x02\0\0\0\x02abcd' >"$corpus/plain"
      gzip -nc "$corpus/plain" >"$corpus/gzip"
      ;;
    onnx)
      models ops/onnx onnx
      libraries=("$build/onnx.a" "$build/readers.a" -ldnnl -lhwy -ldl)
      seed "$corpus" tests/data/onnx /usr/share/libonnx-testdata/data/node
      ;;
    graph_def)
      models ops/tensorflow tensorflow
      libraries=("$build/tensorflow.a" "$build/readers.a" -ldnnl -lhwy -ldl)
      seed "$corpus" tests/data/tensorflow
      ;;
    checkpoint)
      models ops/tensorflow tensorflow
      libraries=("$build/tensorflow.a" "$build/readers.a" -ldnnl -lhwy -ldl)
      cp tests/data/tensorflow/*.index "$corpus"
      ;;
  esac
  # What an import computes of constants may take 16 MB a value.
  case $reader in onnx | graph_def) limits=(-max_len=65536 -malloc_limit_mb=100 -timeout=30) ;; esac
  # shellcheck disable=SC2086
  "$CXX" $flags $sanitizers -fsanitize=fuzzer "tests/fuzz/${reader}_fuzz.cpp" "${libraries[@]}" -lz -o "$program"
  "$program" -max_total_time="$seconds" "${limits[@]}" \
    -print_final_stats=1 -artifact_prefix="$corpus/" "$corpus" "${seeds[@]}" 2>&1 |
    tee "$build/$reader.log" | { grep -E 'ERROR|SUMMARY|stat::|exceeded' || true; }
done
