#pragma once

#include <cstdint>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/ops/constant_value.hpp>

namespace deft::onnx {

/// The elements of an integer vector, as far as they are known; the others are Shape::unknown. Such
/// as [?, 10] of a shape that begins with an unknown batch. `x` has rank 1 and a known size.
std::vector<std::int64_t> partial_integers(const Output& x, ConstantValues& values);

}  // namespace deft::onnx
