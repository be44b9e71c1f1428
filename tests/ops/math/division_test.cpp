#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "caught.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

using Builder = Output (*)(const Operand&, const Operand&, const NodeOptions&);

template <class T>
Tensor apply(Builder builder, const std::vector<T>& x, const std::vector<T>& y) {
  const Graph graph;
  return evaluate(builder(constant(graph, Tensor::from(x)), Tensor::from(y), {}));
}

/// Python's `%`, from fmod.
template <class T>
T floor_rest(T x, T y) {
  const T rest = std::fmod(x, y);
  if (rest == 0) return std::copysign(T{0}, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

/// Operands whose quotients have few bits, and all others.
template <class T>
std::vector<T> operands(std::uint32_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<T> all;
  while (all.size() < count) {
    const std::uint64_t bits = random();
    const T value = static_cast<T>(static_cast<double>(bits) * 0x1p-60 - 8);
    if (bits % 4 == 0)
      all.push_back(std::bit_cast<T>(
          static_cast<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>(bits)));
    else
      all.push_back(bits % 4 == 1 ? std::round(value) : value);
  }
  return all;
}

TEST_CASE_TEMPLATE("rests are exact on every instruction set", T, float, double) {
  std::vector<T> x = operands<T>(1, 20011), y = operands<T>(2, 20011);
  for (std::size_t i = 0; i < 1000; ++i) {  // quotients beside integers
    x[i] = static_cast<T>(i % 31) * y[i];
    x[i + 1000] = std::nextafter(static_cast<T>(i % 31) * y[i + 1000], T{0});
  }
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    const Tensor truncated = apply(trunc_mod, x, y);
    const Tensor floored = apply(floor_mod, x, y);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T rest = std::fmod(x[i], y[i]);
      const T got = truncated.data<T>()[i];
      if (!same_value(got, rest)) ++wrong;
      if (rest == 0 && std::signbit(got) != std::signbit(x[i])) ++wrong;
      if (!same_value(floored.data<T>()[i], floor_rest(x[i], y[i]))) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("f32 quotients are those of exact arithmetic up to 2 to the 21st") {
  const std::vector<float> x = operands<float>(3, 20011), y = operands<float>(4, 20011);
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    const Tensor z = apply(floor_div, x, y);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i]) || y[i] == 0) continue;
      const double ratio = static_cast<double>(x[i]) / y[i];
      if (std::abs(ratio) >= 0x1p21) continue;
      if (z.data<float>()[i] != static_cast<float>(std::floor(ratio))) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

/// As numpy.floor_divide, numpy.remainder and numpy.fmod of NumPy 1.26 have them.
TEST_CASE_TEMPLATE("signs, zeros and infinities", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  const std::vector<T> x{7, -7, 7, -7, 0, -0.0, 0, -0.0, 1, -1, 1, -1, infinity, 1, 0, nan, 6, -6};
  const std::vector<T> y{2,        2,         -2,        -2, 3, 3, -3, -3, infinity,
                         infinity, -infinity, -infinity, 2,  0, 0, 1,  3,  3};
  const std::vector<T> quotients{3,  -4, -4, 3,   0,        -0.0, -0.0, 0, 0,
                                 -1, -1, 0,  nan, infinity, nan,  nan,  2, -2};
  const std::vector<T> floored{1,        1,         -1, -1,  0,   0,   -0.0, -0.0, 1,
                               infinity, -infinity, -1, nan, nan, nan, nan,  0,    0};
  const std::vector<T> truncated{1,  -1, 1,  -1,  0,   -0.0, 0,   -0.0, 1,
                                 -1, 1,  -1, nan, nan, nan,  nan, 0,    -0.0};
  const auto agree = [](const Tensor& got, const std::vector<T>& wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      CAPTURE(i);
      CHECK(same_value(got.data<T>()[i], wanted[i]));
      CHECK((std::isnan(wanted[i]) || std::signbit(got.data<T>()[i]) == std::signbit(wanted[i])));
    }
  };
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    agree(apply(floor_div, x, y), quotients);
    agree(apply(floor_mod, x, y), floored);
    agree(apply(trunc_mod, x, y), truncated);
  }
}

TEST_CASE_TEMPLATE("integers", T, std::int32_t, std::int64_t) {
  constexpr T low = std::numeric_limits<T>::min();
  constexpr T high = std::numeric_limits<T>::max();
  const std::vector<T> x{7, -7, 7, -7, 6, -6, low, low, high, low, 0};
  const std::vector<T> y{2, 2, -2, -2, 3, 3, -1, high, low, 2, -5};
  CHECK(apply(floor_div, x, y) ==
        Tensor::from<T>({11}, {3, -4, -4, 3, 2, -2, low, -2, -1, low / 2, 0}));
  CHECK(apply(floor_mod, x, y) ==
        Tensor::from<T>({11}, {1, 1, -1, -1, 0, 0, 0, static_cast<T>(high - 1), -1, 0, 0}));
  CHECK(apply(trunc_mod, x, y) == Tensor::from<T>({11}, {1, -1, 1, -1, 0, 0, 0, -1, high, 0, 0}));
  for (const Builder builder : {Builder{floor_div}, Builder{floor_mod}, Builder{trunc_mod}}) {
    const auto error = caught<ValueError>([&] { apply<T>(builder, {1, 5}, {1, 0}); });
    CHECK(error.code() == ErrorCode::numeric);
    CHECK(error.info().message == "an integer, 5, is divided by 0");
  }
}

TEST_CASE("rests have gradients") {
  const Graph graph;
  const Output x = constant(graph, {7.5, -7.5, 7.5, -7.5});
  const Output y = constant(graph, {2.0, 2.0, -2.0, -2.0});
  const auto floored = gradients(reduce_sum(floor_mod(x, y)), {x, y});
  CHECK(evaluate(floored[0]) == Tensor{1.0, 1.0, 1.0, 1.0});
  CHECK(evaluate(floored[1]) == Tensor{-3.0, 4.0, 4.0, -3.0});
  const auto truncated = gradients(reduce_sum(trunc_mod(x, y)), {x, y});
  CHECK(evaluate(truncated[0]) == Tensor{1.0, 1.0, 1.0, 1.0});
  CHECK(evaluate(truncated[1]) == Tensor{-3.0, 3.0, 3.0, -3.0});
  const auto quotient = gradients(reduce_sum(floor_div(x, y)), {x, y});
  CHECK(evaluate(quotient[0]) == Tensor{0.0, 0.0, 0.0, 0.0});
  CHECK(evaluate(quotient[1]) == Tensor{0.0, 0.0, 0.0, 0.0});
}

TEST_CASE("operands of divisions broadcast, and have one numeric dtype") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 3});
  CHECK(floor_mod(x, 2).shape() == Shape{Shape::unknown, 3});
  CHECK(evaluate(floor_div(constant(graph, {{7.0}, {-7.0}}), Tensor{2.0, 4.0})) ==
        Tensor{{3.0, 1.0}, {-4.0, -2.0}});
  const auto error = caught<GraphError>([&] { trunc_mod(x, placeholder(graph, DType::i32, {3})); });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(error.info().message == "input 0 is f32, but input 1 is i32");
}

}  // namespace
}  // namespace deft
