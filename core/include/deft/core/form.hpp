#pragma once

#include <cstdint>
#include <variant>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

namespace deft {

struct ElementFunction;

// What an op computes, in terms that the passes of a plan know: see OpDef::form. Inputs are those
// of which more than the shape matters.

/// Each output is computed element by element, by one function, of inputs that broadcast to it.
struct MapForm {
  /// Of at most Row::max_inputs inputs, and one output. Null: a function that deft does not know.
  const ElementFunction* function = nullptr;
};

/// Output 0 is the product of two matrices, op(input 0) op(input 1), of a floating dtype.
struct ProductForm {
  bool transpose_a = false;
  bool transpose_b = false;
};

/// What elements are combined to.
enum class Reduction : std::uint8_t { sum, mean, max, min };

/// Output 0 is the sum, mean or an extreme of input 0 over the dimensions `axes`, by default over
/// all. Dimensions of 1 may stand anywhere in output 0, beside the others in their order.
struct ReductionForm {
  Reduction reduce = Reduction::sum;
  AxisSet axes{~0ULL};
};

/// Output 0 is input 0, byte for byte, under another shape.
struct RenameForm {};

/// Every output is input 0 repeated as broadcasting does, or a value of the op's own.
struct RepeatForm {};

/// Output 0 is f(f(input 0, input 1), input 2) and so on, for an `f` of two inputs of its shape.
struct FoldForm {
  MapForm f;
};

/// Nothing of these: passes take the op as it is.
using Form = std::variant<std::monostate, MapForm, ProductForm, ReductionForm, RenameForm,
                          RepeatForm, FoldForm>;

}  // namespace deft
