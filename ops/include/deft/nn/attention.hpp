#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/nn/initializers.hpp>
#include <deft/nn/layers.hpp>
#include <deft/ops/random.hpp>

namespace deft {

/// Optional arguments of attention.
struct AttentionOptions {
  Output mask = {};                   // bool, broadcasts to [..., queries, keys]: what is seen
  bool causal = false;                // query i sees the keys 0 to i, of those in the mask
  std::optional<double> scale = {};   // of the products; default: 1 / sqrt(depth)
  double dropout = 0;                 // rate, of the weights: for the build that trains
  std::optional<Random> random = {};  // needed by dropout
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// softmax(scale query key^T) value, the softmax over the keys (A. Vaswani et al., "Attention is
/// all you need", 2017): query [..., queries, depth], key [..., keys, depth], value [..., keys,
/// width] -> [..., queries, width]. Leading dimensions, such as a batch and heads, broadcast.
/// Floating dtypes. A query that sees no key gets 0, and no gradient goes through it; what a query
/// does not see has the weight 0, so a value that is infinite or NaN shows all the same.
Output scaled_dot_product_attention(const Output& query, const Output& key, const Output& value,
                                    const AttentionOptions& options = {});

/// Optional arguments of MultiHeadAttention.
struct MultiHeadAttentionOptions {
  std::int64_t memory_units = 0;  // of what keys and values are made of; default: `units`
  DType dtype = DType::f32;
  bool use_bias = true;
  Initializer weight_initializer = glorot_uniform();
  Initializer bias_initializer = constant_initializer(0);
  std::string_view name = "attention";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Attention in several heads at once (A. Vaswani et al., 2017), each of depth units / heads:
/// query [..., queries, units], memory [..., keys, memory units] -> [..., queries, units]. With one
/// operand x, queries and memory are both x: self-attention.
///
///     MultiHeadAttention attention(random, 64, 8);
///     Output y = attention(x, {.causal = true});
///     Output z = attention(y, memory, {.mask = is_word});
///
/// A mask is the same for all heads: bool, broadcasts to [..., queries, keys].
struct MultiHeadAttention {
  /// Throws GraphError unless `heads` divides `units`.
  MultiHeadAttention(const Random& random, std::int64_t units, std::int64_t heads,
                     const MultiHeadAttentionOptions& options = {});

  Output operator()(const Output& x, const AttentionOptions& options = {}) const;
  Output operator()(const Output& query, const Output& memory,
                    const AttentionOptions& options = {}) const;

  std::int64_t heads;
  Dense query;   // [units, units], "<name>/query/weight" and "<name>/query/bias"
  Dense key;     // [memory units, units]
  Dense value;   // [memory units, units]
  Dense output;  // [units, units]
};

}  // namespace deft
