#pragma once

#include <concepts>
#include <cstdint>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/graph.hpp>

#include "node_context.hpp"

namespace deft::onnx {

/// The dtype in which numbers of `dtype` are computed: i32 for integers of up to 16 bits, i64 for
/// unsigned ones of 32 and 64, f32 for floats of 16 bits, else itself. Sums, differences and
/// products there, cast back, are those of `dtype`, modulo 2^bits or rounded once; other functions
/// of u64 are not, where it is 2^63 or more.
DType computing_dtype(DType dtype);

/// `x` as what computes, and `y` as what it came from: `like(f(widened(x)), x)`. What has the
/// dtype stays.
Output widened(const Output& x);
Output as_dtype(const Output& x, DType dtype);
Output like(const Output& y, const Output& x);

/// Numbers whose order is that of `x`, as what computes.
Output ordered(const Output& x);

/// `x` as numbers of `dtype`, as ONNX's runtimes convert: floating to integer truncates, and what
/// is out of range, or NaN, becomes what processors make of it: the least i32 or i64, of which a
/// narrower integer has the lower bits.
Output converted(const Output& x, DType dtype);

/// Imports a node that is a function of its first input, in what computes.
template <Output (*function)(const Output&, const NodeOptions&)>
std::vector<Output> import_unary(const NodeContext& node) {
  const Output x = node.input(0);
  return {like(function(widened(x), {}), x)};
}

}  // namespace deft::onnx
