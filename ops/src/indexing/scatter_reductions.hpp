#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/op_def.hpp>
#include <deft/ops/indexing.hpp>

#include "kernels/indexing/combination.hpp"

namespace deft {

// What operations share that combine updates with elements of x by their attribute "reduction".

/// The attribute of a reduction.
std::string to_attribute(ScatterReduction reduction);

/// The attribute "reduction". Throws Refusal if there is no such reduction.
Combination combination_of(const Attributes& attributes);

/// The spec of x, input 0, with which input 2, of the shape `taken`, is combined where the indices,
/// input 1, say: of any dtype where it replaces, else of a numeric one.
std::vector<TensorSpec> infer_combined(const InferContext& context, const Shape& taken);

/// What the indices of a node take of a tensor that has the shape of x, and what becomes of such a
/// tensor by updates.
struct Scattered {
  std::function<Output(const Output& x)> take;
  std::function<Output(const Output& x, const Output& updates, ScatterReduction)> put;
};

/// The gradients of x, of the indices and of the updates of a node with the attribute "reduction",
/// which is any but multiply.
std::vector<Output> gradient_of_scatter(const GradientContext& context, const Scattered& scattered);

/// OpDef::no_gradient of scattered products.
constexpr std::string_view scattered_products_have_no_gradient =
    "of several updates to one element, the gradient of each is the product of the others, which "
    "no scatter gives without dividing; where the indices are distinct, gather, multiply and "
    "scatter with ScatterReduction::update";

}  // namespace deft
