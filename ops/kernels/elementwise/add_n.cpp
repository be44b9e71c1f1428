#include <algorithm>
#include <concepts>
#include <type_traits>

#include "elementwise.hpp"
#include "functions.hpp"
#include "kernels/blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

constexpr std::int64_t cached_elements = 1024;  // of the sum that stay in the first-level cache
constexpr std::int64_t few_elements = 4;  // below which a call per term costs more than the sum

/// Elements of a block: the fewer, the more terms their sums have.
std::int64_t block_size(std::size_t terms) {
  const auto parts = static_cast<std::int64_t>(std::min<std::size_t>(terms, 16));
  return std::max(cached_elements, block_elements / parts);
}

/// The type whose sums wrap around: unsigned for integers, since signed overflow is undefined.
template <class T>
struct WrappingOf {
  using type = T;
};
template <std::integral T>
struct WrappingOf<T> {
  using type = std::make_unsigned_t<T>;
};

/// The kernel for few elements: one sum after the other, without a call for each term.
template <class T>
Kernel add_few(std::size_t terms, std::int64_t count) {
  using Wrapping = typename WrappingOf<T>::type;
  return make_kernel(
      [terms, count](const KernelArgs& args) {
        for (std::int64_t i = 0; i < count; ++i) {
          auto sum = static_cast<Wrapping>(args.input<T>(0)[i]);
          for (std::size_t term = 1; term < terms; ++term)
            sum += static_cast<Wrapping>(args.input<T>(term)[i]);
          args.output<T>()[i] = static_cast<T>(sum);
        }
      },
      static_cast<double>(count) * static_cast<double>(terms - 1));
}

}  // namespace

Kernel add_n_kernel(const KernelContext& context) {
  const TensorSpec& spec = context.outputs[0];
  const std::int64_t count = spec.shape.num_elements();
  if (count == 0) return {};
  if (count <= few_elements)
    return visit_numeric(spec.dtype, [&]<class T>(std::type_identity<T>) {
      return add_few<T>(context.inputs.size(), count);
    });
  const std::size_t terms = context.inputs.size();
  const std::int64_t block = block_size(terms);
  const auto add = [function = elements::add.rows(spec.dtype, spec.dtype).row,
                    width = size_of(spec.dtype), terms, count,
                    block](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
    const std::int64_t last = std::min(end * block, count);
    for (std::int64_t i = begin * block; i < last; i += cached_elements) {
      const std::size_t offset = static_cast<std::size_t>(i) * width;
      Row row;
      row.output = args.output<std::byte>() + offset;
      row.count = static_cast<std::size_t>(std::min(cached_elements, last - i));
      row.inputs[0] = args.input<std::byte>(0) + offset;
      for (std::size_t term = 1; term < terms; ++term) {
        row.inputs[1] = args.input<std::byte>(term) + offset;
        function(row);
        row.inputs[0] = row.output;
      }
    }
  };
  Kernel kernel = make_blocked_kernel(add, ceil_div(count, block), 0,
                                      static_cast<double>(count) * static_cast<double>(terms - 1));
  kernel.in_place = 1U << 0;
  return kernel;
}

}  // namespace deft
