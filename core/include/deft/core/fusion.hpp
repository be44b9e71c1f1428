#pragma once

#include <cstdint>
#include <variant>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

namespace deft {

struct ElementFunction;

// How a fused group computes an op: see OpDef::fusion.

/// Output 0 is computed element by element from at most Row::max_inputs inputs that broadcast to
/// it.
struct MapStep {
  const ElementFunction* function = nullptr;
};

/// Output 0 is the product of two matrices, op(input 0) op(input 1), of a floating dtype.
struct ProductStep {
  bool transpose_a = false;
  bool transpose_b = false;
};

/// What elements are combined to.
enum class Reduction : std::uint8_t { sum, mean, max, min };

/// Output 0 is one element: the sum, mean or an extreme of all elements of input 0.
struct ReductionStep {
  using Operator = Reduction;
  Operator reduce = Operator::sum;
};

/// Nothing of these: the op cannot join a group.
using FusedStep = std::variant<std::monostate, MapStep, ProductStep, ReductionStep>;

}  // namespace deft
