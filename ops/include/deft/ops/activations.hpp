#pragma once

#include <string_view>

#include <deft/core/graph.hpp>

namespace deft {

// Activations of networks, element by element. Floating dtypes, but for relu; NaN stays NaN. What
// is said of a kink is the derivative that is taken there.

/// max(x, 0), of numeric dtypes; 0 at 0.
Output relu(const Output& x, const NodeOptions& options = {});

/// Optional arguments of leaky_relu and elu.
struct SlopeOptions {
  double alpha = 0.2;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x where x > 0, else alpha x; alpha at 0.
Output leaky_relu(const Output& x, const SlopeOptions& options = {});

/// x where x > 0, else alpha (e^x - 1); alpha at 0 (D.-A. Clevert, T. Unterthiner and S.
/// Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016, with
/// alpha = 1).
Output elu(const Output& x, const SlopeOptions& options = {.alpha = 1});

/// 1.0507 elu(x) with alpha = 1.6733, which keep mean 0 and variance 1 (G. Klambauer et al.,
/// "Self-normalizing neural networks", 2017).
Output selu(const Output& x, const NodeOptions& options = {});

/// 1 / (1 + e^-x), within 2.5 units in the last place.
Output sigmoid(const Output& x, const NodeOptions& options = {});

/// log(1 + e^x), without overflow, and log(sigmoid(x)) = -softplus(-x), within 2.5 units in the
/// last place.
Output softplus(const Output& x, const NodeOptions& options = {});
Output log_sigmoid(const Output& x, const NodeOptions& options = {});

/// x sigmoid(x), also known as swish; NaN at -infinity.
Output silu(const Output& x, const NodeOptions& options = {});

/// Optional arguments of gelu.
struct GeluOptions {
  bool approximate = false;  // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x times the probability that a normal number is below x (D. Hendrycks and K. Gimpel, "Gaussian
/// error linear units", 2016); NaN at -infinity.
Output gelu(const Output& x, const GeluOptions& options = {});

}  // namespace deft
