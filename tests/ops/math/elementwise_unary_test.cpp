#include <cmath>
#include <cstdint>
#include <limits>
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

using Builder = Output (*)(const Output&, const NodeOptions&);

template <class T, class Expected>
void check_unary(Builder builder, const Expected& expected) {
  std::vector<Tensor> inputs;
  for (const Shape& shape : {Shape{}, Shape{0}, Shape{1}, Shape{17}, Shape{2, 500}, Shape{40001}})
    inputs.push_back(sample<T>(shape));
  if constexpr (std::is_floating_point_v<T>) {
    const std::vector<T> special = special_values<T>();
    inputs.push_back(Tensor::from<T>({static_cast<std::int64_t>(special.size())}, special));
  }
  for (const Tensor& x : inputs) {
    CAPTURE(x.shape().to_string());
    const Graph graph;
    const Output y = builder(constant(graph, x), {});
    REQUIRE(y.spec() == x.spec());
    const Tensor result = evaluate(y);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < x.data<T>().size(); ++i)
      if (!same_value(result.data<T>()[i], expected(x.data<T>()[i]))) ++wrong;
    CHECK(wrong == 0);
    CHECK(same_for_all_splits(y, result));
    for (const std::int64_t target : InstructionSet::all()) {
      const InstructionSet only(target);
      const Tensor again = evaluate(y);
      for (std::size_t i = 0; i < x.data<T>().size(); ++i)
        if (!same_value(again.data<T>()[i], result.data<T>()[i])) ++wrong;
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE_TEMPLATE("numeric functions equal a plain loop", T, float, double, std::int32_t,
                   std::int64_t) {
  check_unary<T>(neg, [](T x) { return static_cast<T>(-x); });
  check_unary<T>(square, [](T x) { return static_cast<T>(x * x); });
  check_unary<T>(abs, [](T x) { return x < 0 ? static_cast<T>(-x) : x; });
  check_unary<T>(sign, [](T x) { return x > 0 ? T{1} : x < 0 ? T{-1} : x; });
}

TEST_CASE_TEMPLATE("floating functions equal a plain loop", T, float, double) {
  check_unary<T>(sqrt, [](T x) { return std::sqrt(x); });
  check_unary<T>(rsqrt, [](T x) { return 1 / std::sqrt(x); });
}

/// Accuracy is tested with the kernels.
TEST_CASE_TEMPLATE("exp, log and tanh of an element depend on nothing else", T, float, double) {
  for (const Builder builder : {Builder{exp}, Builder{log}, Builder{tanh}})
    for (const Shape& shape : {Shape{0}, Shape{17}, Shape{2, 500}, Shape{40001}}) {
      CAPTURE(shape.to_string());
      const Graph graph;
      const Tensor x = sample<T>(shape);
      const Output y = builder(constant(graph, x), {});
      REQUIRE(y.spec() == x.spec());
      const Tensor result = evaluate(y);
      CHECK(same_for_all_splits(y, result));
      for (std::size_t i = 0; i < x.data<T>().size(); i += 97) {
        const Output alone = builder(constant(graph, Tensor::scalar<T>(x.data<T>()[i])), {});
        CHECK(same_value(evaluate(alone).template item<T>(), result.data<T>()[i]));
      }
    }
}

TEST_CASE_TEMPLATE("the sign of zero", T, float, double) {
  const Graph graph;
  const Output zeros_of_both_signs = constant(graph, Tensor::from<T>({2}, {T{0}, -T{0}}));
  const Tensor negated = evaluate(neg(zeros_of_both_signs));
  CHECK(std::signbit(negated.data<T>()[0]));
  CHECK_FALSE(std::signbit(negated.data<T>()[1]));
  CHECK_FALSE(std::signbit(evaluate(abs(zeros_of_both_signs)).template data<T>()[1]));
  CHECK_FALSE(std::signbit(evaluate(sign(zeros_of_both_signs)).template data<T>()[1]));
}

TEST_CASE_TEMPLATE("the lowest integer wraps", T, std::int32_t, std::int64_t) {
  const Graph graph;
  const T low = std::numeric_limits<T>::min();
  const Output x = constant(graph, Tensor::scalar<T>(low));
  CHECK(evaluate(neg(x)).template item<T>() == low);
  CHECK(evaluate(abs(x)).template item<T>() == low);
  CHECK(evaluate(square(x)).template item<T>() == 0);
  CHECK(evaluate(sign(x)).template item<T>() == -1);
}

TEST_CASE("dtypes are checked") {
  const Graph graph;
  const Output flag = placeholder(graph, DType::boolean, {2});
  const Output integer = placeholder(graph, DType::i32, {2});
  CHECK(caught<GraphError>([&] { neg(flag); }).code() == ErrorCode::dtype_mismatch);
  const auto refused = caught<GraphError>([&] { sqrt(integer); });
  CHECK(refused.code() == ErrorCode::dtype_mismatch);
  CHECK(refused.info().message == "input 0 is i32, but must be f32 or f64");
}

}  // namespace
}  // namespace deft
