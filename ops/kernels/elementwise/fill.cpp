#include <algorithm>

#include <deft/core/visit_dtype.hpp>

#include "elementwise.hpp"
#include "kernels/blocks.hpp"

namespace deft {

Kernel fill_kernel(const Tensor& element, const KernelContext& context) {
  const std::int64_t count = context.outputs[0].shape.num_elements();
  if (count == 0) return {};
  return visit_width(element.dtype(), [&]<class T>(std::type_identity<T>) {
    const auto fill = [value = *static_cast<const T*>(element.raw()), count](
                          const KernelArgs& args, std::int64_t begin, std::int64_t end) {
      const std::int64_t last = std::min(end * block_elements, count);
      std::fill(args.output<T>() + begin * block_elements, args.output<T>() + last, value);
    };
    return make_blocked_kernel(fill, ceil_div(count, block_elements), 0, 0);
  });
}

}  // namespace deft
