#include <deft/core/element_function.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"

namespace deft {
namespace {

/// max(x, 0) y
struct Gated {
  static constexpr ElementFacts facts{.name = "gated", .fails = integer_dtypes};

  template <class A>
  static typename A::Number of(const A& a, typename A::Number x, typename A::Number y) {
    return a.mul(a.maximum(x, a.number(0)), y);
  }
};

struct Choice {
  static constexpr ElementFacts facts{.name = "choice"};

  template <class A>
  static typename A::Number of(const A&, typename A::Mask, typename A::Number x,
                               typename A::Number) {
    return x;
  }
};

struct Endless {
  static constexpr ElementFacts facts{.name = "endless"};

  template <class A>
  static typename A::Number of(const A& a, typename A::Number x) {
    for (int i = 0; i < 1000; ++i) x = a.add(x, x);
    return x;
  }
};

constexpr ElementFunction gated = describe_element<Gated>(nullptr);
constexpr ElementFunction choice = describe_element<Choice>(nullptr);
constexpr ElementFunction endless = describe_element<Endless>(nullptr);

TEST_CASE("a function is recorded as its operations") {
  static_assert(gated.arity == 2 && !gated.conditional);
  const auto code = gated.code(DType::f32);
  REQUIRE(code.has_value());
  std::vector<ElementOp> ops;
  for (const ElementCode::Instruction& instruction : code->instructions())
    ops.push_back(instruction.op);
  CHECK(ops == std::vector{ElementOp::input, ElementOp::input, ElementOp::constant,
                           ElementOp::maximum, ElementOp::mul});
  CHECK(code->result() == 4);
  CHECK(code->body().size() == 3);
  CHECK(code->body()[1].operands == std::array<ElementCode::Value, 3>{0, 2, ElementCode::no_value});
}

TEST_CASE("a code that is the first operand") {
  static_assert(choice.arity == 3 && choice.conditional);
  const auto code = choice.code(DType::i64);
  REQUIRE(code.has_value());
  CHECK(code->is_mask(0));
  CHECK_FALSE(code->is_mask(1));
  CHECK(code->result() == 1);
  CHECK(code->body().empty());
}

TEST_CASE("there is no code where a function may fail, and for dtypes that it does not take") {
  CHECK_FALSE(gated.code(DType::i32).has_value());
  CHECK_FALSE(gated.code(DType::boolean).has_value());
  CHECK(gated.may_fail(DType::i64));
  CHECK_FALSE(gated.may_fail(DType::f64));
}

TEST_CASE("a function accepts operands of its number and dtypes") {
  const TensorSpec f32{DType::f32, {2}}, f64{DType::f64, {2}}, holds{DType::boolean, {2}};
  const std::vector<TensorSpec> pair{f32, f32}, mixed{f32, f64}, bools{holds, holds};
  CHECK(gated.accepts(pair, f32));
  CHECK_FALSE(gated.accepts(pair, f64));
  CHECK_FALSE(gated.accepts(pair, holds));
  CHECK_FALSE(gated.accepts(mixed, f32));
  CHECK_FALSE(gated.accepts(bools, holds));
  CHECK_FALSE(gated.accepts(std::vector{f32}, f32));
  CHECK(choice.accepts(std::vector{holds, f64, f64}, f64));
  CHECK_FALSE(choice.accepts(std::vector{f64, f64, f64}, f64));
}

TEST_CASE("a function of too many operations is refused") {
  const auto error = caught<ValueError>([] { endless.code(DType::f32); });
  CHECK(std::string(error.what()).find("128 operations") != std::string::npos);
}

}  // namespace
}  // namespace deft
