#include <cstdint>
#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

using Builder = Output (*)(const Operand&, const Operand&, const NodeOptions&);

template <class T>
std::vector<T> special_numbers() {
  if constexpr (is_narrow_float<T>) {
    std::vector<T> numbers;
    for (const float x : special_values<float>()) numbers.push_back(T(x));
    return numbers;
  } else {
    return special_values<T>();
  }
}

/// Two tensors [count] in which equal, smaller, greater and, if floating, special values meet.
template <class T>
std::pair<Tensor, Tensor> operands(std::int64_t count) {
  Tensor x = sample<T>({count}, 1);
  Tensor y = sample<T>({count}, 2);
  for (std::size_t i = 0; i < x.data<T>().size(); i += 3) y.mutable_data<T>()[i] = x.data<T>()[i];
  if constexpr (std::is_floating_point_v<T> || is_narrow_float<T>) {
    const std::vector<T> special = special_numbers<T>();
    for (std::size_t i = 0; i < x.data<T>().size(); ++i) {
      if (i % 5 == 0) x.mutable_data<T>()[i] = special[i % special.size()];
      if (i % 7 == 0) y.mutable_data<T>()[i] = special[(i + i / 13) % special.size()];
    }
  }
  return {x, y};
}

template <class T>
void check_comparison(Builder builder, const std::function<bool(T, T)>& expected) {
  for (const std::int64_t count : {0, 1, 7, 100, 20001}) {
    CAPTURE(count);
    const auto [x, y] = operands<T>(count);
    const Graph graph;
    const Output z = builder(constant(graph, x), constant(graph, y), {});
    REQUIRE(z.spec() == TensorSpec{DType::boolean, {count}});
    for (const std::int64_t target : InstructionSet::all()) {
      const InstructionSet only(target);
      const Tensor result = evaluate(z);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < x.template data<T>().size(); ++i) {
        const auto byte = static_cast<const std::uint8_t*>(result.raw())[i];
        if (byte != (expected(x.template data<T>()[i], y.template data<T>()[i]) ? 1 : 0)) ++wrong;
      }
      CHECK(wrong == 0);
      CHECK(same_for_all_splits(z, result));
    }
  }
}

TEST_CASE_TEMPLATE("comparisons equal a plain loop", T, float, double, std::int32_t, std::int64_t,
                   std::uint8_t, std::int8_t, std::int16_t, std::uint16_t, std::uint32_t,
                   std::uint64_t, Half, BFloat16) {
  check_comparison<T>(equal, std::equal_to<T>());
  check_comparison<T>(not_equal, std::not_equal_to<T>());
  check_comparison<T>(less, std::less<T>());
  check_comparison<T>(less_equal, std::less_equal<T>());
  check_comparison<T>(greater, std::greater<T>());
  check_comparison<T>(greater_equal, std::greater_equal<T>());
}

TEST_CASE("bools can be equal but not ordered") {
  check_comparison<bool>(equal, std::equal_to<bool>());
  check_comparison<bool>(not_equal, std::not_equal_to<bool>());
  const Graph graph;
  const Output flag = placeholder(graph, DType::boolean, {2});
  CHECK(caught<GraphError>([&] { less(flag, flag); }).code() == ErrorCode::dtype_mismatch);
}

TEST_CASE("comparisons broadcast and take scalars") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<std::int32_t>({2, 1}, {1, 5}));
  const Output y = constant(graph, Tensor::from<std::int32_t>({3}, {0, 1, 9}));
  CHECK(evaluate(less(x, y)) ==
        Tensor::from<bool>({2, 3}, {false, false, true, false, false, true}));
  CHECK(evaluate(greater_equal(y, 1)) == Tensor::from<bool>({3}, {false, true, true}));
  CHECK(evaluate(less(1, y)) == Tensor::from<bool>({3}, {false, false, true}));
}

TEST_CASE("dtypes must be equal") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const Output y = placeholder(graph, DType::f64, {2});
  CHECK(caught<GraphError>([&] { equal(x, y); }).code() == ErrorCode::dtype_mismatch);
}

}  // namespace
}  // namespace deft
