#pragma once

#include <optional>
#include <vector>

#include <deft/core/form.hpp>

#include "draft.hpp"

// What passes know of the operation at a position, from its OpDef alone.

namespace deft {

std::vector<TensorSpec> input_specs(const Draft& draft, std::size_t at);

/// The first input of which more than the shape matters: what a reduction or a renaming reads.
ValueId value_read(const Draft& draft, std::size_t at);

/// What the op computes: OpDef::form, if it has one. Throws RunError if an op of these operands
/// cannot have the form.
Form form_at(const Draft& draft, std::size_t at, std::span<const TensorSpec> inputs);
Form form_at(const Draft& draft, std::size_t at);

/// The form of a product of two matrices, nothing for all other operations.
std::optional<ProductForm> product_at(const Draft& draft, std::size_t at);

/// The product of matrices [m, k] [k, n], as multiplied.
struct ProductDims {
  std::int64_t m = 0;
  std::int64_t k = 0;
  std::int64_t n = 0;

  double flops() const {
    return 2 * static_cast<double>(m) * static_cast<double>(k) * static_cast<double>(n);
  }
};
ProductDims product_dims(const Draft& draft, std::size_t at, const ProductForm& form);

/// The flops of one execution as rewriting counts them: those of a product; of any other operation
/// one for every element of its results.
double flops_at(const Draft& draft, std::size_t at);

/// How long the outputs of an operation stay what they are.
enum class Lifetime : std::uint8_t { step, run, forever };

/// Lifetimes by position, for positions in order. Forever: what constants alone decide. Of a run:
/// feeds, variables that the plan does not write, and what depends on feeds, such variables and
/// constants alone. An operation that no pass may replace counts as new in every step.
std::vector<Lifetime> lifetimes(const Draft& draft);

}  // namespace deft
