#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/nn/initializers.hpp>
#include <deft/ops/random.hpp>

namespace deft {

// Layers hold the variables of a part of a model, and apply it. A model is built once for training
// and once more for evaluation, over the same layers: what is fetched decides what is computed.
// Nothing has to be registered: minimizers find the variables that a loss depends on.

/// Optional arguments of Dense.
struct DenseOptions {
  DType dtype = DType::f32;
  bool use_bias = true;
  Initializer weight_initializer = glorot_uniform();
  Initializer bias_initializer = constant_initializer(0);
  std::string_view name = "dense";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x [..., inputs] -> x weight + bias [..., units].
struct Dense {
  Dense(const Random& random, std::int64_t inputs, std::int64_t units,
        const DenseOptions& options = {});

  Output operator()(const Output& x, const NodeOptions& options = {}) const;

  Output weight;  // [inputs, units], "<name>/weight", with a suffix if taken
  Output bias;    // [units], "<name>/bias"; empty without
};

/// Optional arguments of Embedding.
struct EmbeddingOptions {
  DType dtype = DType::f32;
  Initializer initializer = normal_initializer(1);
  std::string_view name = "embedding";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Integers [s] below `count` -> rows of a table [s, units]; others fail the run.
struct Embedding {
  Embedding(const Random& random, std::int64_t count, std::int64_t units,
            const EmbeddingOptions& options = {});

  Output operator()(const Output& indices, const NodeOptions& options = {}) const;

  Output table;  // [count, units], "<name>/table"
};

/// Optional arguments of LayerNorm and RmsNorm.
struct NormLayerOptions {
  DType dtype = DType::f32;
  double epsilon = 1e-5;
  std::string_view name = "norm";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x [..., units] -> (x - mean) / sqrt(variance + epsilon) scale + shift, with the moments over the
/// last dimension (J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", 2016).
struct LayerNorm {
  LayerNorm(const Graph& graph, std::int64_t units, const NormLayerOptions& options = {});

  Output operator()(const Output& x, const NodeOptions& options = {}) const;

  Output scale;  // [units], 1 at first, "<name>/scale"
  Output shift;  // [units], 0 at first, "<name>/shift"
  double epsilon;
};

/// x [..., units] -> x / sqrt(mean(x^2) + epsilon) scale, with the mean over the last dimension
/// (B. Zhang and R. Sennrich, "Root mean square layer normalization", 2019).
struct RmsNorm {
  RmsNorm(const Graph& graph, std::int64_t units, const NormLayerOptions& options = {});

  Output operator()(const Output& x, const NodeOptions& options = {}) const;

  Output scale;  // [units], 1 at first, "<name>/scale"
  double epsilon;
};

/// Each element of `x` with probability `rate` 0, else divided by 1 - rate, anew in every step (N.
/// Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014).
/// For the build that trains. Floating dtypes; throws GraphError unless rate is from 0 on, below 1.
Output dropout(const Output& x, double rate, const Random& random, const DrawOptions& options = {});

}  // namespace deft
