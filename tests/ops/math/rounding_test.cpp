#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

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

using Builder = Output (*)(const Output&, const NodeOptions&);

/// Numbers around integers and halves of every size, and special ones.
template <class T>
std::vector<T> numbers() {
  std::vector<T> x = special_values<T>();
  for (int exponent = -3; exponent < std::numeric_limits<T>::digits + 3; ++exponent)
    for (const T from : {std::ldexp(T{1}, exponent), std::ldexp(T{1}, exponent) + T{1}})
      for (const T step : {T{0}, T{0.25}, T{0.5}, T{0.75}, T{1.5}})
        for (const T y : {from + step, std::nextafter(from + step, T{0}),
                          std::nextafter(from + step, std::numeric_limits<T>::max())}) {
          x.push_back(y);
          x.push_back(-y);
        }
  return x;
}

template <class T, class Expected>
void check(Builder builder, const Expected& expected) {
  const std::vector<T> x = numbers<T>();
  const Graph graph;
  const Output y = builder(constant(graph, Tensor::from(x)), {});
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    const Tensor result = evaluate(y);
    for (std::size_t i = 0; i < x.size(); ++i) {
      CAPTURE(x[i]);
      const T got = result.data<T>()[i];
      const T wanted = expected(x[i]);
      CHECK(same_value(got, wanted));
      CHECK((std::isnan(x[i]) || std::signbit(got) == std::signbit(wanted)));
    }
  }
}

TEST_CASE_TEMPLATE("rounding is that of the C library", T, float, double) {
  check<T>(floor, [](T x) { return std::floor(x); });
  check<T>(ceil, [](T x) { return std::ceil(x); });
  check<T>(round, [](T x) { return std::nearbyint(x); });
  check<T>(trunc, [](T x) { return std::trunc(x); });
}

TEST_CASE("halves go to even integers") {
  const Graph graph;
  const Output x = constant(graph, {-2.5, -1.5, -0.5, 0.5, 1.5, 2.5});
  CHECK(evaluate(round(x)) == Tensor{-2.0, -2.0, -0.0, 0.0, 2.0, 2.0});
}

TEST_CASE_TEMPLATE("integers stay", T, std::int32_t, std::int64_t) {
  constexpr T low = std::numeric_limits<T>::min();
  constexpr T high = std::numeric_limits<T>::max();
  const Tensor x{low, static_cast<T>(high - 1), high, T{-1}, T{0}, T{7}};
  const Graph graph;
  for (const Builder builder : {Builder{floor}, Builder{ceil}, Builder{round}, Builder{trunc}})
    CHECK(evaluate(builder(constant(graph, x), {})) == x);
}

TEST_CASE("rounding has no slope, and refuses bools") {
  const Graph graph;
  const Output x = constant(graph, {1.5, -2.25});
  for (const Builder builder : {Builder{floor}, Builder{ceil}, Builder{round}, Builder{trunc}})
    CHECK(evaluate(gradients(reduce_sum(builder(x, {})), {x})[0]) == Tensor{0.0, 0.0});
  const Output flag = placeholder(graph, DType::boolean, {2});
  CHECK(caught<GraphError>([&] { floor(flag); }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
