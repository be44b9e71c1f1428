#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>

#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int32_t low32 = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t high32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t low64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t high64 = std::numeric_limits<std::int64_t>::max();

template <class To, class From>
Tensor converted(const std::vector<From>& values) {
  const Graph graph;
  const Output x =
      constant(graph, Tensor::from<From>({static_cast<std::int64_t>(values.size())}, values));
  return evaluate(cast(x, dtype_of<To>()));
}

TEST_CASE_TEMPLATE("floating to integer truncates, saturates and takes NaN to 0", From, float,
                   double) {
  constexpr From inf = std::numeric_limits<From>::infinity();
  constexpr From nan = std::numeric_limits<From>::quiet_NaN();
  const std::vector<From> values = {From{2.9F}, From{-2.9F}, From{1e20F}, From{-1e20F},
                                    inf,        -inf,        nan,         -From{0}};
  CHECK(converted<std::int32_t>(values) ==
        Tensor::from<std::int32_t>({8}, {2, -2, high32, low32, high32, low32, 0, 0}));
  CHECK(converted<std::int64_t>(values) ==
        Tensor::from<std::int64_t>({8}, {2, -2, high64, low64, high64, low64, 0, 0}));
}

TEST_CASE("the limits of integers themselves") {
  CHECK(converted<std::int32_t>(std::vector<double>{2147483647.0, 2147483648.0, -2147483648.0,
                                                    -2147483648.9, 2147483647.9}) ==
        Tensor::from<std::int32_t>({5}, {high32, high32, low32, low32, high32}));
  CHECK(converted<std::int64_t>(std::vector<double>{-0x1p63, 0x1p63, 0x1.fffffffffffffp62}) ==
        Tensor::from<std::int64_t>({3}, {low64, high64, 0x7ffffffffffffc00}));
}

TEST_CASE("integers") {
  CHECK(converted<std::int32_t>(std::vector<std::int64_t>{(1LL << 32) + 7, -1, high64}) ==
        Tensor::from<std::int32_t>({3}, {7, -1, -1}));
  CHECK(converted<std::int64_t>(std::vector<std::int32_t>{low32, 5}) ==
        Tensor::from<std::int64_t>({2}, {low32, 5}));
  CHECK(converted<float>(std::vector<std::int64_t>{16777217, -3}) ==
        Tensor::from<float>({2}, {16777216.0F, -3.0F}));
}

TEST_CASE("bool") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(converted<bool>(std::vector<double>{0.0, -0.0, 1e-300, nan, -2}) ==
        Tensor::from<bool>({5}, {false, false, true, true, true}));
  CHECK(converted<bool>(std::vector<std::int64_t>{0, 1LL << 40}) ==
        Tensor::from<bool>({2}, {false, true}));
  CHECK(converted<float>(std::vector<bool>{true, false}) == Tensor::from<float>({2}, {1, 0}));
  CHECK(converted<std::int32_t>(std::vector<bool>{true, false}) ==
        Tensor::from<std::int32_t>({2}, {1, 0}));
}

TEST_CASE("u8") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(converted<std::uint8_t>(std::vector<double>{-0.9, -1, 255.9, 256, 1e300, nan, 7.5}) ==
        Tensor::from<std::uint8_t>({7}, {0, 0, 255, 255, 255, 0, 7}));
  CHECK(converted<std::uint8_t>(std::vector<std::int64_t>{-1, 256, 300, high64}) ==
        Tensor::from<std::uint8_t>({4}, {255, 0, 44, 255}));
  CHECK(converted<std::uint8_t>(std::vector<bool>{true, false}) ==
        Tensor::from<std::uint8_t>({2}, {1, 0}));
  const std::vector<std::uint8_t> bytes = {0, 1, 128, 255};
  CHECK(converted<float>(bytes) == Tensor::from<float>({4}, {0, 1, 128, 255}));
  CHECK(converted<std::int32_t>(bytes) == Tensor::from<std::int32_t>({4}, {0, 1, 128, 255}));
  CHECK(converted<bool>(bytes) == Tensor::from<bool>({4}, {false, true, true, true}));
}

TEST_CASE("f16 and bf16") {
  CHECK(converted<Half>(std::vector<double>{0.1, 65520, -1e300, 0x1p-25}) ==
        Tensor{Half(0.1), Half::from_bits(0x7C00), Half::from_bits(0xFC00), Half(0)});
  CHECK(converted<float>(std::vector<BFloat16>{BFloat16(1.5), BFloat16(-2)}) ==
        Tensor{1.5F, -2.0F});
  CHECK(converted<std::int8_t>(std::vector<Half>{Half(-129.5), Half(3.9)}) ==
        Tensor::from<std::int8_t>({-128, 3}));
  CHECK(converted<BFloat16>(std::vector<Half>{Half(257)}) == Tensor{BFloat16(256)});
}

TEST_CASE("f64 to f32 rounds and overflows to infinity") {
  const Tensor result = converted<float>(std::vector<double>{0.1, 1e300, -1e300});
  const float inf = std::numeric_limits<float>::infinity();
  CHECK(result == Tensor::from<float>({3}, {0.1F, inf, -inf}));
}

TEST_CASE("large tensors, in blocks") {
  const Graph graph;
  const Tensor x = sample<float>({40001});
  const Output y = cast(constant(graph, x), DType::i32);
  const Tensor result = evaluate(y);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < x.data<float>().size(); ++i)
    if (result.data<std::int32_t>()[i] != static_cast<std::int32_t>(x.data<float>()[i])) ++wrong;
  CHECK(wrong == 0);
  CHECK(same_for_all_splits(y, result));
}

TEST_CASE("a cast to the same dtype forwards its input") {
  const Graph graph;
  const Output x = constant(graph, sample<double>({3}));
  const Output y = cast(x, DType::f64);
  CHECK(y.shape() == Shape{3});
  const TensorSpec spec = x.spec();
  const Node& node = y.node();
  CHECK(node.op->kernel({{&spec, 1}, {&spec, 1}, *node.attributes}).forwards);
}

}  // namespace
}  // namespace deft
