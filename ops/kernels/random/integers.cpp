#include <algorithm>
#include <type_traits>

#include <deft/core/visit_dtype.hpp>

#include "drawing_kernel.hpp"
#include "random.hpp"
#include "wide_product.hpp"

namespace deft {

Kernel random_integers_kernel(std::int64_t low, std::uint64_t count, const RandomKey& key,
                              const KernelContext& context) {
  return visit_numeric(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    const auto draw = [=](std::uint64_t step, std::int64_t first, std::int64_t last, T* to) {
      constexpr std::int64_t size = 32;  // words of a chunk
      std::uint64_t words[size];
      for (; first < last; first += size) {
        random_pairs(key, step, static_cast<std::uint64_t>(first / size), words);
        for (std::int64_t i = 0; i < std::min(size, last - first); ++i)
          to[first + i] =
              static_cast<T>(static_cast<std::uint64_t>(low) + high_product(words[i], count));
      }
    };
    return drawing_kernel<T>(draw, context, 3);
  });
}

}  // namespace deft
