#include "order.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <deft/core/error.hpp>

#include "drawing_kernel.hpp"
#include "wide_product.hpp"

namespace deft {
namespace {

/// Every bit of the result depends on every bit of x: the finalizer of SplitMix64 (G. L. Steele,
/// D. Lea and C. H. Flood, "Fast splittable pseudorandom number generators", 2014).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111eb;
  return x ^ (x >> 31U);
}

/// The least integer whose square is at least n.
std::uint64_t root_above(std::uint64_t n) {
  auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
  while (root * root < n) ++root;
  while (root > 1 && (root - 1) * (root - 1) >= n) --root;
  return root;
}

/// (a + b) mod size, both of them below `size`.
std::uint64_t sum_below(std::uint64_t a, std::uint64_t b, std::uint64_t size) {
  const std::uint64_t sum = a + b;
  return sum >= size ? sum - size : sum;
}

[[noreturn]] void refuse(std::int64_t at, std::int64_t position, std::int64_t count,
                         SourceLocation where) {
  throw ValueError({.code = ErrorCode::invalid_argument,
                    .message = "position " + std::to_string(at) + " is " +
                               std::to_string(position) + ", outside an order of " +
                               std::to_string(count),
                    .cure = "give positions from 0, up to the count less 1",
                    .where = where});
}

}  // namespace

/// Digits below 32 take few values in each round, and need more of them to be mixed.
RandomOrder::RandomOrder(const RandomKey& key, std::uint64_t step, std::uint64_t count)
    : count_(count),
      high_(root_above(count)),
      low_((count + high_ - 1) / high_),
      rounds_(high_ < 32 ? most_rounds : 6),
      keys_{} {
  for (std::size_t i = 0; i < rounds_; i += 2) {
    const std::array<std::uint32_t, 4> words = random_block(key, step, i / 2);
    keys_[i] = std::uint64_t{words[1]} << 32U | words[0];
    keys_[i + 1] = std::uint64_t{words[3]} << 32U | words[2];
  }
}

std::uint64_t RandomOrder::encrypted(std::uint64_t position) const {
  std::uint64_t high = position / low_;
  std::uint64_t low = position % low_;
  for (std::size_t i = 0; i < rounds_; i += 2) {
    high = sum_below(high, high_product(mixed(low ^ keys_[i]), high_), high_);
    low = sum_below(low, high_product(mixed(high ^ keys_[i + 1]), low_), low_);
  }
  return high * low_ + low;
}

void evaluate_order(const RandomKey& key, std::uint64_t step, std::int64_t count,
                    const std::int64_t* positions, std::int64_t begin, std::int64_t end,
                    std::int64_t* to, SourceLocation where) {
  const RandomOrder order(key, step, std::max<std::uint64_t>(1, static_cast<std::uint64_t>(count)));
  for (std::int64_t i = begin; i < end; ++i) {
    const std::int64_t position = positions[i];
    if (position < 0 || position >= count) refuse(i, position, count, where);
    to[i] = static_cast<std::int64_t>(order(static_cast<std::uint64_t>(position)));
  }
}

Kernel random_order_kernel(std::int64_t count, const RandomKey& key, const KernelContext& context) {
  const std::int64_t size = context.outputs[0].shape.num_elements();
  if (size == 0) return {};
  const auto run = [=](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
    evaluate_order(key, step_of(args), count, args.input<std::int64_t>(1), begin * drawn_per_block,
                   std::min(end * drawn_per_block, size), args.output<std::int64_t>());
  };
  Kernel kernel = make_blocked_kernel(run, ceil_div(size, drawn_per_block), 0,
                                      40.0 * static_cast<double>(size));
  kernel.nanoseconds = 15 * static_cast<double>(size);
  return kernel;
}

}  // namespace deft
