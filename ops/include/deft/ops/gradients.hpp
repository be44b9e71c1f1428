#pragma once

#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// What the gradient is with respect to something that ys do not depend on: zeros; an empty Output;
/// or the call is refused. A dependence by the shape alone is none. With `none`, neither is one
/// through which no gradient flows, such as stop_gradient.
enum class Unconnected { zeros, none, error };

/// Optional arguments of gradients.
struct GradientOptions {
  std::vector<Output> grad_ys = {};         // one per y, same shape and dtype; default: 1, for
                                            // scalar ys only
  std::vector<Output> stop_gradients = {};  // taken as constants
  Unconnected unconnected = Unconnected::zeros;
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The symbolic gradient of sum_i <grad_ys[i], ys[i]> with respect to each of xs, by reverse
/// accumulation (A. Griewank and A. Walther, Evaluating Derivatives, 2008, ch. 3): new nodes in the
/// same graph, one result per x, of its dtype and shape. Results can be differentiated again.
/// Linear in the nodes between xs and ys. Gradients exist for floating dtypes. Those of f16 and
/// bf16 are of that dtype too; where several meet they are added as f32, but a rule that sums
/// within one value, such as that of gather, refuses them. Throws GradientError.
std::vector<Output> gradients(const std::vector<Output>& ys, const std::vector<Output>& xs,
                              const GradientOptions& options = {});
std::vector<Output> gradients(const Output& y, const std::vector<Output>& xs,
                              const GradientOptions& options = {});

/// The gradient of one y with respect to one x: gradients(y, {x}).at(0).
Output gradient(const Output& y, const Output& x, const GradientOptions& options = {});

}  // namespace deft
