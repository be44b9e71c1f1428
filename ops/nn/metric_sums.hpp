#pragma once

#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/ops/composite.hpp>

namespace deft {

// What metrics are made of.

/// The weights of examples as f64 of the shape of `values`; an empty Output where none are given.
Output weights_like(const Output& weights, const Output& values);

/// Values of examples times their weights, which may be empty, as f64; 0 where the weight is 0.
Output weighted(const Output& values, const Output& weights);

/// sum(weights), or how many `values` there are: f64.
Output total_weight(const Output& values, const Output& weights);

/// x / y, 0 where y is.
Output ratio_or_zero(const Output& x, const Output& y);

/// Refuses operands whose shapes differ; the names are what errors call them, such as "scores".
void require_equal_shapes(const Composite& made, const Output& x, std::string_view x_name,
                          const Output& y, std::string_view y_name);

/// Refuses an operand that is not floating.
void require_floating_operand(const Composite& made, const Output& x, std::string_view name);

}  // namespace deft
