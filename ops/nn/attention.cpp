#include <deft/nn/attention.hpp>

#include <cmath>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/softmax.hpp>

#include "parameter.hpp"

namespace deft {
namespace {

void require_matrices(const Composite& made, const char* what, const Output& x) {
  if (x.shape().rank() < 2)
    made.refuse(ErrorCode::shape_mismatch,
                std::string(what) + " has the shape " + x.shape().to_string() + " of rank " +
                    std::to_string(x.shape().rank()),
                "give it rows: [..., length, depth]");
}

/// query times the factor of its products with keys
Output scaled(const Output& query, const std::optional<double>& scale) {
  if (scale) return query * *scale;
  const std::int64_t depth = query.shape().dims().back();
  if (depth != Shape::unknown) return query * (1 / std::sqrt(static_cast<double>(depth)));
  return query * rsqrt(cast(size(query, {-1}), query.dtype()));
}

/// Which keys the options let a query see; empty: all.
Output visible(const Output& query, const Output& key, const AttentionOptions& options) {
  if (!options.causal) return options.mask;
  const Output rows = expand_dims(range_like(query, -2), 1);
  const Output up_to_query = greater_equal(rows, range_like(key, -2));
  return options.mask.is_empty() ? up_to_query : options.mask && up_to_query;
}

/// x [..., length, units] -> [..., heads, length, depth]
Output split_heads(const Output& x, std::int64_t heads) { return stack(split(x, heads, -1), -3); }

/// x [..., heads, length, depth] -> [..., length, units]
Output join_heads(const Output& x) { return concat(unstack(x, -3), -1); }

/// The projection `what` of an attention.
Dense projection(const Random& random, const char* what, std::int64_t inputs, std::int64_t units,
                 const MultiHeadAttentionOptions& options) {
  const NameScope scope(random.graph(), options.name, options.where);
  return {random,
          inputs,
          units,
          {.dtype = options.dtype,
           .use_bias = options.use_bias,
           .weight_initializer = options.weight_initializer,
           .bias_initializer = options.bias_initializer,
           .name = what,
           .where = options.where}};
}

std::int64_t memory_units(std::int64_t units, const MultiHeadAttentionOptions& options) {
  return options.memory_units == 0 ? units : options.memory_units;
}

/// `heads`, if they divide the units.
std::int64_t checked_heads(std::int64_t units, std::int64_t heads,
                           const MultiHeadAttentionOptions& options) {
  const LayerName layer{"multi_head_attention", options.name, options.where};
  layer.require_parts("heads", heads, units);
  return heads;
}

}  // namespace

Output scaled_dot_product_attention(const Output& query, const Output& key, const Output& value,
                                    const AttentionOptions& options) {
  const Composite made(query, "scaled_dot_product_attention", {options.name, options.where});
  require_matrices(made, "query", query);
  require_matrices(made, "key", key);
  require_matrices(made, "value", value);
  if (options.dropout != 0 && !options.random)
    made.refuse(ErrorCode::invalid_argument,
                "the rate of dropout is " + std::to_string(options.dropout) +
                    ", but there is nothing to draw from",
                "give it .random");
  const NodeOptions last = made.result();
  const Output weights = made.inside([&] {
    const Output scores = matmul(scaled(query, options.scale), key, {.transpose_b = true});
    const Output seen = visible(query, key, options);
    const Output shares = seen.is_empty() ? softmax(scores) : masked_softmax(scores, seen);
    return options.dropout == 0 ? shares : dropout(shares, options.dropout, *options.random);
  });
  return matmul(weights, value, {.name = last.name, .where = last.where});
}

MultiHeadAttention::MultiHeadAttention(const Random& random, std::int64_t units,
                                       std::int64_t number_of_heads,
                                       const MultiHeadAttentionOptions& options)
    : heads(checked_heads(units, number_of_heads, options)),
      query(projection(random, "query", units, units, options)),
      key(projection(random, "key", memory_units(units, options), units, options)),
      value(projection(random, "value", memory_units(units, options), units, options)),
      output(projection(random, "output", units, units, options)) {}

Output MultiHeadAttention::operator()(const Output& x, const AttentionOptions& options) const {
  return (*this)(x, x, options);
}

Output MultiHeadAttention::operator()(const Output& from, const Output& memory,
                                      const AttentionOptions& options) const {
  const Composite made(from, "multi_head_attention", {options.name, options.where});
  require_matrices(made, "query", from);
  require_matrices(made, "memory", memory);
  require_units(made, from, output.weight);
  AttentionOptions of_heads = options;
  of_heads.name = "attended";
  const Output attended = made.inside([&] {
    if (!options.mask.is_empty() && options.mask.shape().rank() > 2)
      of_heads.mask = expand_dims(options.mask, -3);
    const auto projected = [&](const Dense& projection, const Output& x) {
      return split_heads(projection(x), heads);
    };
    return join_heads(scaled_dot_product_attention(projected(query, from), projected(key, memory),
                                                   projected(value, memory), of_heads));
  });
  return output(attended, made.result());
}

}  // namespace deft
