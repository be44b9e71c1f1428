#!/usr/bin/env bash
# Installs the peers into an ignored environment beside the build, builds those in C++, and prints the tables
# given: article, mlp, cnn, onnx_mlp, onnx_cnn; by default all. What cannot be installed is reported as such.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
build=$("$here/../../../.ci/build" release deft_peer fashion_deft_peer onnx_deft_peer eigen_peer)
# libtorch's own matrix products are slow: it takes those of the BLAS that is installed.
packages=(libtorch-dev libopenblas0-pthread dataset-fashion-mnist)
if [ "$(id -u)" = 0 ] && ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  apt-get install -y --no-install-recommends "${packages[@]}" >&2 || true
fi
cmake "$build" >&2  # which looks for libtorch again
cmake --build "$build" --target libtorch_peer fashion_libtorch_peer >&2 || echo "libtorch: not built" >&2

environment=$build/peers
if [ ! -x "$environment/bin/python" ]; then python3 -m venv "$environment" >&2; fi
for package in numpy onnx onnxruntime casadi drjit jax optax tensorflow-cpu keras; do
  "$environment/bin/pip" install --quiet "$package" >&2 || echo "$package: not installed" >&2
done
"$environment/bin/python" "$here/onnx_models.py" "$build/tests/benchmark" || echo "no models of ONNX" >&2
exec "$environment/bin/python" "$here/compare.py" "$build/tests/benchmark" "$@"
