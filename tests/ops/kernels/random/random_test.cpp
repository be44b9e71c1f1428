#include "kernels/random/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "kernels/random/order.hpp"
#include "kernels/random/wide_product.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"

namespace deft {
namespace {

using Block = std::array<std::uint32_t, 4>;

/// From kat_vectors of Random123, which belongs to the paper: counter, key and result of
/// "threefry4x32 20". A counter is the block and the step, a key the seed and the stream, each with
/// its lower word first.
TEST_CASE("the generator gives the published numbers, on every instruction set") {
  constexpr std::uint64_t all = ~std::uint64_t{0};
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    CHECK(random_block({0, 0}, 0, 0) == Block{0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8});
    CHECK(random_block({all, all}, all, all) ==
          Block{0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732});
    CHECK(random_block({0x299f31d0a4093822, 0xec4e6c89082efa98}, 0x0370734413198a2e,
                       0x85a308d3243f6a88) ==
          Block{0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84});
  }
}

Tensor drawn(Distribution distribution, DType dtype, std::int64_t count, std::int64_t step = 5) {
  const Attributes none;
  const TensorSpec in{DType::i64, {}};
  const TensorSpec out{dtype, {count}};
  const Kernel kernel = random_kernel(distribution, {1, 2}, {{&in, 1}, {&out, 1}, none});
  return run_kernel(kernel, {&out, 1}, {Tensor::scalar<std::int64_t>(step)}).at(0);
}

TEST_CASE("uniform numbers are the words of blocks of 16, cut to their bits") {
  const Tensor f32 = drawn(Distribution::uniform, DType::f32, 200);
  const Tensor f64 = drawn(Distribution::uniform, DType::f64, 100);
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Block block = random_block({1, 2}, 5, i / 64 * 16 + i % 16);
    const std::uint32_t word = block[i % 64 / 16];
    CHECK(f32.data<float>()[i] == static_cast<float>(word >> 8U) * 0x1p-24F);
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Block block = random_block({1, 2}, 5, i / 32 * 16 + i % 16);
    const std::size_t low = i % 32 < 16 ? 0 : 2;
    const std::uint64_t word = std::uint64_t{block[low + 1]} << 32U | block[low];
    CHECK(f64.data<double>()[i] == static_cast<double>(word >> 11U) * 0x1p-53);
  }
}

TEST_CASE(
    "draws are the same on all instruction sets that fuse, and those of no logarithm on all") {
  for (const Distribution distribution :
       {Distribution::uniform, Distribution::normal, Distribution::truncated_normal})
    for (const DType dtype : {DType::f32, DType::f64}) {
      const auto first = InstructionSet::all().front();
      const Tensor wanted = drawn(distribution, dtype, 10001);
      for (const std::int64_t target : InstructionSet::all()) {
        const InstructionSet only(target);
        if (distribution == Distribution::uniform ||
            InstructionSet::fuses(target) == InstructionSet::fuses(first))
          CHECK(same_bytes(drawn(distribution, dtype, 10001), wanted));
      }
    }
}

TEST_CASE("an element does not depend on how many there are") {
  for (const Distribution distribution :
       {Distribution::uniform, Distribution::normal, Distribution::truncated_normal})
    for (const DType dtype : {DType::f32, DType::f64}) {
      const std::vector<double> all = drawn(distribution, dtype, 9000).to<double>();
      for (const std::int64_t count : {0, 1, 17, 63, 64, 65, 4097}) {
        const std::vector<double> some = drawn(distribution, dtype, count).to<double>();
        CHECK(std::equal(some.begin(), some.end(), all.begin()));
      }
    }
}

TEST_CASE("wide products") {
  CHECK(high_product(~std::uint64_t{0}, ~std::uint64_t{0}) == ~std::uint64_t{1});
  CHECK(high_product(std::uint64_t{1} << 63U, 6) == 3);
  CHECK(high_product(0xfedcba9876543210, 0x0123456789abcdef) == 0x0121fa00ad77d742);
  CHECK(high_product(0, 5) == 0);
}

TEST_CASE("an order holds every integer once, and differs from step to step") {
  for (const std::uint64_t count :
       {1U, 2U, 3U, 4U, 5U, 31U, 32U, 33U, 1000U, 1023U, 1024U, 1025U, 70000U}) {
    std::vector<std::vector<std::uint64_t>> orders;
    for (const std::uint64_t step : {0U, 1U, 2U}) {
      const RandomOrder order({3, 4}, step, count);
      std::vector<std::uint64_t> made;
      for (std::uint64_t i = 0; i < count; ++i) made.push_back(order(i));
      const std::set<std::uint64_t> distinct(made.begin(), made.end());
      CHECK(distinct.size() == count);
      CHECK(*distinct.rbegin() == count - 1);
      orders.push_back(made);
    }
    if (count > 30) CHECK(orders[0] != orders[1]);
    if (count > 30) CHECK(orders[1] != orders[2]);
  }
  const RandomOrder huge({3, 4}, 0, (std::uint64_t{1} << 63U) - 1);
  CHECK(huge(0) != huge(1));
}

/// Pearson's statistic of how often each permutation of `count` comes, over 4800 steps.
double chi_square(std::uint64_t count, std::size_t permutations) {
  std::map<std::vector<std::uint64_t>, int> seen;
  for (std::uint64_t step = 0; step < 4800; ++step) {
    const RandomOrder order({9, 1}, step, count);
    std::vector<std::uint64_t> made;
    for (std::uint64_t i = 0; i < count; ++i) made.push_back(order(i));
    ++seen[made];
  }
  CHECK(seen.size() == permutations);
  const double expected = 4800.0 / static_cast<double>(permutations);
  double sum = 0;
  for (const auto& [permutation, times] : seen)
    sum += (times - expected) * (times - expected) / expected;
  return sum;
}

/// The bounds are those that one in 10,000 draws of a fair source exceeds.
TEST_CASE("all orders of a few are equally likely") {
  CHECK(chi_square(2, 2) < 15.2);
  CHECK(chi_square(3, 6) < 25.8);
  CHECK(chi_square(4, 24) < 55.6);
  CHECK(chi_square(5, 120) < 184.0);
}

/// Correlation of positions and values, and of neighbouring values: of a fair order of n they are
/// within 4 / sqrt(n).
TEST_CASE("an order of many is not like the positions") {
  constexpr std::uint64_t count = 60000;
  constexpr double n = 60000;
  const auto standardized = [](std::uint64_t i) {
    return (static_cast<double>(i) - (n - 1) / 2) / (n / std::sqrt(12.0));
  };
  for (const std::uint64_t step : {0U, 1U, 2U, 3U}) {
    const RandomOrder order({5, 6}, step, count);
    double with_position = 0;
    double with_next = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      with_position += standardized(i) * standardized(order(i)) / n;
      with_next += standardized(order(i)) * standardized(order((i + 1) % count)) / n;
    }
    CHECK(std::abs(with_position) < 4 / std::sqrt(n));
    CHECK(std::abs(with_next) < 4 / std::sqrt(n));
  }
}

}  // namespace
}  // namespace deft
