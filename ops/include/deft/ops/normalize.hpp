#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/ops/axes.hpp>

namespace deft {

// Tensors brought to a common size, without parameters. Floating dtypes. Layers of learned norms
// are in <deft/nn/layers.hpp> and <deft/nn/normalization.hpp>.

/// Optional arguments of lp_normalize.
struct LpNormalizeOptions {
  double p = 2;  // 1, 2 or infinity
  std::int64_t axis = -1;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x / norm(x) along `axis`. Where the norm is 0 the result and its derivative are taken as 0.
Output lp_normalize(const Output& x, const LpNormalizeOptions& options = {});

/// Optional arguments of mean_variance_normalize.
struct MeanVarianceOptions {
  Axes axes = {};         // default: all
  double epsilon = 1e-9;  // beside the deviation
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// (x - mean) / (deviation + epsilon), where the deviation is the root of the variance that
/// `moments` gives over `axes`. The derivative of the deviation is taken as 0 where it is 0. Of
/// nothing, nothing.
Output mean_variance_normalize(const Output& x, const MeanVarianceOptions& options = {});

/// Optional arguments of local_response_normalization.
struct LocalResponseOptions {
  double alpha = 1e-4;
  double beta = 0.75;
  double bias = 1;
  std::int64_t axis = -1;  // of the channels
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x / (bias + alpha / size sum)^beta: the sum of the squares of `size` neighbouring channels, from
/// (size - 1) / 2 before each one, rounded down, to (size - 1) / 2 behind it, rounded up, as far as
/// there are such channels (A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet classification
/// with deep convolutional neural networks", 2012). `size` is from 1 to 65536.
Output local_response_normalization(const Output& x, std::int64_t size,
                                    const LocalResponseOptions& options = {});

}  // namespace deft
