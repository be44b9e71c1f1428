#include <algorithm>

#include "elementwise.hpp"
#include "kernels/blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {

Kernel fill_kernel(double value, const KernelContext& context) {
  const TensorSpec& spec = context.outputs[0];
  const std::int64_t count = spec.shape.num_elements();
  if (count == 0) return {};
  return visit_dtype(spec.dtype, [&]<class T>(std::type_identity<T>) {
    const auto element = static_cast<T>(value);
    const auto fill = [element, count](const KernelArgs& args, std::int64_t begin,
                                       std::int64_t end) {
      const std::int64_t last = std::min(end * block_elements, count);
      std::fill(args.output<T>() + begin * block_elements, args.output<T>() + last, element);
    };
    return make_blocked_kernel(fill, ceil_div(count, block_elements), 0, 0);
  });
}

}  // namespace deft
