#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

// Derivatives made of gradients: new nodes in the same graph, whose results can be differentiated
// again. ys and xs are floating and may have any shape, unless something else is said. What does
// not depend on an x has the derivative zero. All throw GradientError.

/// The product of the Jacobian of ys with respect to xs and a vector: how ys change when each of
/// xs moves by its counterpart in vs, of its dtype and shape. One result per y, of its dtype and
/// shape; dimensions may be unknown. A vector-Jacobian product is linear in its vector, and what
/// differentiates it with respect to that is this (J. Townsend, "A new trick for calculating
/// Jacobian vector products", 2017): so the rules of all ops between must be differentiable
/// themselves.
std::vector<Output> jvp(const std::vector<Output>& ys, const std::vector<Output>& xs,
                        const std::vector<Output>& vs, const NodeOptions& options = {});
Output jvp(const Output& y, const Output& x, const Output& v, const NodeOptions& options = {});

/// How `jacobian` is built: by a gradient for each element of y, by a product with a unit vector
/// for each element of the xs, or by whichever are fewer.
enum class JacobianMode : std::uint8_t { automatic, reverse, forward };

/// Optional arguments of jacobian.
struct JacobianOptions {
  JacobianMode mode = JacobianMode::automatic;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The derivatives of the elements of y with respect to those of x: [y..., x...], of the dtype of
/// x. Both shapes must be fully defined and have together no more dimensions than a Shape has.
/// Takes nodes and time of a gradient for each element of y, or of x if these are fewer: for more
/// than some hundreds, see whether products with vectors (jvp, gradients) do as well.
Output jacobian(const Output& y, const Output& x, const JacobianOptions& options = {});
std::vector<Output> jacobian(const Output& y, const std::vector<Output>& xs,
                             const JacobianOptions& options = {});

/// The second derivatives of y, of one element, with respect to x: [x..., x...], of its dtype. Of
/// several xs, element [i][j] of the result is [xs[i]..., xs[j]...]. Symmetric but for rounding.
/// The shapes of xs must be fully defined. Takes nodes and time of a gradient of the gradient for
/// each element of xs.
Output hessian(const Output& y, const Output& x, const NodeOptions& options = {});
std::vector<std::vector<Output>> hessian(const Output& y, const std::vector<Output>& xs,
                                         const NodeOptions& options = {});

/// The product of the Hessian of y, of one element, with respect to all xs and a vector that has a
/// part for each of them, of its dtype and shape: one result per x, likewise. It is the gradient of
/// <gradients(y, xs), vs> with constant vs (B. A. Pearlmutter, "Fast exact multiplication by the
/// Hessian", 1994), which takes about twice the time of the gradient, whatever the number of
/// elements. Dimensions may be unknown.
std::vector<Output> hessian_vector_product(const Output& y, const std::vector<Output>& xs,
                                           const std::vector<Output>& vs,
                                           const NodeOptions& options = {});
Output hessian_vector_product(const Output& y, const Output& x, const Output& v,
                              const NodeOptions& options = {});

}  // namespace deft
