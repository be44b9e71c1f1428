#include <algorithm>
#include <cstring>

#include "elementwise.hpp"
#include "kernels/blocks.hpp"
#include "kernels/dispatch.hpp"
#include "operands.hpp"

namespace deft {

Kernel fill_kernel(double value, const KernelContext& context) {
  const TensorSpec& spec = context.outputs[0];
  const std::int64_t count = spec.shape.num_elements();
  if (count == 0) return {};
  return visit_width(spec.dtype, [&]<class T>(std::type_identity<T>) {
    T bits{};
    std::memcpy(&bits, scalar_tensor(value, spec.dtype).raw(), sizeof(T));
    const auto fill = [bits, count](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
      const std::int64_t last = std::min(end * block_elements, count);
      std::fill(args.output<T>() + begin * block_elements, args.output<T>() + last, bits);
    };
    return make_blocked_kernel(fill, ceil_div(count, block_elements), 0, 0);
  });
}

}  // namespace deft
