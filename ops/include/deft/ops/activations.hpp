#pragma once

#include <string_view>

#include <deft/core/graph.hpp>

namespace deft {

// Activations of networks, element by element. Floating dtypes, but for relu; NaN stays NaN. What
// is said of a kink is the derivative that is taken there.

/// max(x, 0), of numeric dtypes; 0 at 0.
Output relu(const Output& x, const NodeOptions& options = {});

/// Optional arguments of the activations that have one factor, alpha.
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

/// Optional arguments of selu. These factors keep mean 0 and variance 1.
struct SeluOptions {
  double alpha = 1.6732632423543772848170429916717;
  double scale = 1.0507009873554804934193349852946;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// scale elu(x); scale alpha at 0 (G. Klambauer et al., "Self-normalizing neural networks", 2017).
Output selu(const Output& x, const SeluOptions& options = {});

/// x where x > 0, else alpha (e^(x / alpha) - 1), for an alpha other than 0; 1 at 0 (J. T. Barron,
/// "Continuously differentiable exponential linear units", 2017, with alpha = 1).
Output celu(const Output& x, const SlopeOptions& options = {.alpha = 1});

/// x where x > 0, else slope x, of numeric dtypes; the slope at 0. `slope` has the dtype of x and
/// broadcasts to it; its own derivative is x where x < 0, else 0 (K. He et al., "Delving deep into
/// rectifiers", 2015).
Output prelu(const Output& x, const Output& slope, const NodeOptions& options = {});

/// x where x > alpha, else 0, of numeric dtypes, alpha as one of them; 0 at alpha (K. Konda, R.
/// Memisevic and D. Krueger, "Zero-bias autoencoders and the benefits of co-adapting features",
/// 2015).
Output thresholded_relu(const Output& x, const SlopeOptions& options = {.alpha = 1});

/// Optional arguments of shrink.
struct ShrinkOptions {
  double lambda = 0.5;
  double bias = 0;  // as large as lambda: what is known as soft shrinkage
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x + bias where x < -lambda, x - bias where x > lambda, else 0. Of numeric dtypes, lambda and
/// bias as one of them. 0 at -lambda and at lambda.
Output shrink(const Output& x, const ShrinkOptions& options = {});

/// 1 / (1 + e^-x), within 2.5 units in the last place.
Output sigmoid(const Output& x, const NodeOptions& options = {});

/// log(1 + e^x), without overflow, and log(sigmoid(x)) = -softplus(-x), within 2.5 units in the
/// last place.
Output softplus(const Output& x, const NodeOptions& options = {});
Output log_sigmoid(const Output& x, const NodeOptions& options = {});

/// Optional arguments of hard_sigmoid.
struct HardSigmoidOptions {
  double alpha = 0.2;
  double beta = 0.5;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// max(0, min(1, alpha x + beta)); alpha at both kinks.
Output hard_sigmoid(const Output& x, const HardSigmoidOptions& options = {});

/// x / (1 + |x|); NaN at the infinities. 1 at 0.
Output softsign(const Output& x, const NodeOptions& options = {});

/// x sigmoid(x); NaN at -infinity.
Output silu(const Output& x, const NodeOptions& options = {});

/// x sigmoid(alpha x), which is silu for alpha = 1; NaN at the infinity where the sigmoid is 0 (P.
/// Ramachandran, B. Zoph and Q. V. Le, "Searching for activation functions", 2017).
Output swish(const Output& x, const SlopeOptions& options = {.alpha = 1});

/// x max(0, min(1, x / 6 + 1 / 2)); -1/2 at -3, 3/2 at 3 (A. Howard et al., "Searching for
/// MobileNetV3", 2019). NaN at -infinity.
Output hard_swish(const Output& x, const NodeOptions& options = {});

/// x tanh(softplus(x)) (D. Misra, "Mish: a self regularized non-monotonic activation function",
/// 2019). NaN at -infinity.
Output mish(const Output& x, const NodeOptions& options = {});

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
