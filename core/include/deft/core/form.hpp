#pragma once

#include <cstdint>
#include <variant>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

namespace deft {

struct ElementFunction;

// What an op computes, in terms that the passes of a plan know: see OpDef::form. Inputs of which
// only the shape matters do not count: input 0 is the first one whose elements are read. A map with
// a function, a product and a fold have no such inputs.

/// Each output is computed element by element, by one function, of inputs that broadcast to it.
struct MapForm {
  /// A function of at most Row::max_inputs inputs, for an op of one output. Null: deft does not
  /// know it.
  const ElementFunction* function = nullptr;
};

/// Output 0 is the product of two matrices, op(input 0) op(input 1), of a floating dtype.
struct ProductForm {
  bool transpose_a = false;
  bool transpose_b = false;
};

/// What a reduction makes of the elements that it combines.
enum class Reduction : std::uint8_t { sum, mean, max, min, product };

/// Output 0 is the sum, mean, product or an extreme of input 0 over the dimensions `axes`, by
/// default over all. Output 0 has the other dimensions in their order, and dimensions of 1
/// anywhere.
struct ReductionForm {
  Reduction reduce = Reduction::sum;
  AxisSet axes{~0ULL};
};

/// Output 0 is input 0, byte for byte, under another shape.
struct RenameForm {};

/// Every output is input 0 repeated as broadcasting does, or likewise one value of the op's own.
struct RepeatForm {};

/// Output 0 is f(f(input 0, input 1), input 2) and so on; all inputs have the shape of output 0.
struct FoldForm {
  MapForm f;
};

/// One of these forms, or std::monostate: then passes take the op as it is.
using Form = std::variant<std::monostate, MapForm, ProductForm, ReductionForm, RenameForm,
                          RepeatForm, FoldForm>;

}  // namespace deft
