#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

namespace deft {

struct ElementFunction;

// How a fused group computes an op: see OpDef::fusion. Inputs are those of which more than the
// shape matters.

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

/// Output 0 is the sum, mean or an extreme of input 0 over the dimensions `axes`, by default over
/// all. Dimensions of 1 may stand anywhere in output 0, beside the others in their order.
struct ReductionStep {
  Reduction reduce = Reduction::sum;
  AxisSet axes{~0ULL};
};

/// Output 0 is input 0, byte for byte, under another shape.
struct RenameStep {};

/// Output 0 is f(f(input 0, input 1), input 2) and so on, for an `f` of two inputs of its shape.
struct FoldStep {
  MapStep f;
};

/// Nothing of these: the op cannot join a group.
using FusedStep =
    std::variant<std::monostate, MapStep, ProductStep, ReductionStep, RenameStep, FoldStep>;

}  // namespace deft
