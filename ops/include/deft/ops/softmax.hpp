#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>

namespace deft {

/// Optional arguments of softmax and its like.
struct SoftmaxOptions {
  std::int64_t axis = -1;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// e^x / sum(e^x) over `axis`, without overflow. Floating dtypes. NaN all along the axis where an
/// element is NaN or infinite, or all are -infinity: see masked_softmax.
Output softmax(const Output& x, const SoftmaxOptions& options = {});

/// log(softmax(x)) = x - logsumexp(x), without the loss that taking both would have.
Output log_softmax(const Output& x, const SoftmaxOptions& options = {});

/// softmax of the elements of `x` for which `mask`, a bool that broadcasts to `x`, holds. The
/// others are 0 and have the gradient 0, whatever they are, NaN too; where the mask holds nowhere
/// along the axis, or all that it leaves are -infinity, all are.
Output masked_softmax(const Output& x, const Output& mask, const SoftmaxOptions& options = {});

/// 1 at the first of the largest elements along `axis`, else 0, of the dtype of x; NaN is the
/// largest, as argmax has it. Numeric dtypes. Refused over an empty dimension. The gradient is 0.
Output hardmax(const Output& x, const SoftmaxOptions& options = {});

}  // namespace deft
