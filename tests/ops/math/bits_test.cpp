#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/bits.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/runtime/session.hpp>

#include "caught.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

template <class T>
std::vector<T> mixed(std::uint32_t seed, std::size_t count) {
  std::vector<T> all{0, 1, static_cast<T>(-1), std::numeric_limits<T>::min(),
                     std::numeric_limits<T>::max()};
  std::uint64_t state = seed;
  while (all.size() < count) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    all.push_back(static_cast<T>(state >> 20U));
  }
  return all;
}

TEST_CASE_TEMPLATE("bits of every integer dtype on every instruction set", T, std::int32_t,
                   std::int64_t, std::uint8_t) {
  const std::vector<T> x = mixed<T>(1, 1003), y = mixed<T>(8, 1003);
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    const Graph graph;
    const Output a = constant(graph, Tensor::from(x));
    const Output b = constant(graph, Tensor::from(y));
    const Tensor both = evaluate(bitwise_and(a, b)), any = evaluate(bitwise_or(a, b)),
                 one = evaluate(bitwise_xor(a, b)), none = evaluate(bitwise_not(a)),
                 low = evaluate(bitwise_and(7, a));
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(both.data<T>()[i] == static_cast<T>(x[i] & y[i]));
      CHECK(any.data<T>()[i] == static_cast<T>(x[i] | y[i]));
      CHECK(one.data<T>()[i] == static_cast<T>(x[i] ^ y[i]));
      CHECK(none.data<T>()[i] == static_cast<T>(~x[i]));
      CHECK(low.data<T>()[i] == static_cast<T>(x[i] & 7));
    }
  }
}

TEST_CASE_TEMPLATE("shifts by any count", T, std::int32_t, std::int64_t, std::uint8_t) {
  constexpr int width = 8 * sizeof(T);
  constexpr bool is_signed = std::numeric_limits<T>::is_signed;
  const Graph graph;
  const std::vector<T> all = mixed<T>(3, 40);
  const Output x = constant(graph, Tensor::from(all));
  std::vector<T> counts{
      0, 1, width / 2, width - 1, width, width + 1, std::numeric_limits<T>::max()};
  if (is_signed) counts.insert(counts.end(), {static_cast<T>(-1), std::numeric_limits<T>::min()});
  for (const T count : counts) {
    CAPTURE(count);
    const Tensor left = evaluate(left_shift(x, count)), right = evaluate(right_shift(x, count));
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(all[i]);
      T up = all[i], down = all[i];
      const int steps = count < 0 || count > width ? width : static_cast<int>(count);
      for (int k = 0; k < steps; ++k) {
        up = static_cast<T>(static_cast<std::make_unsigned_t<T>>(up) * 2U);
        down = static_cast<T>((down - (down & 1)) / 2);  // floor(down / 2)
      }
      CHECK(left.data<T>()[i] == up);
      CHECK(right.data<T>()[i] == down);
    }
  }
}

TEST_CASE("bits broadcast, in groups too, and of unknown dimensions") {
  const Graph graph;
  const Output column = constant(graph, Tensor{{12}, {10}});
  const Output row = constant(graph, Tensor{6, 3, 1});
  CHECK(evaluate(bitwise_and(column, row)) == Tensor{{4, 0, 0}, {2, 2, 0}});
  CHECK(evaluate(left_shift(row, column)) == Tensor{{24576, 12288, 4096}, {6144, 3072, 1024}});
  CHECK(evaluate(right_shift(column, row)) == Tensor{{0, 1, 6}, {0, 1, 5}});
  CHECK(evaluate(bitwise_or(Tensor::scalar(8), row)) == Tensor{14, 11, 9});
  const Output open = placeholder(graph, DType::i32, {Shape::unknown});
  const Output made = (bitwise_xor(bitwise_and(open + 1, 12), bitwise_not(open)) - 3) * 2;
  CHECK(made.shape() == Shape{Shape::unknown});
  Session session(graph);
  std::vector<std::int32_t> values, wanted;
  for (std::int32_t i = -1500; i < 1500; ++i) {
    values.push_back(i * 7919);
    wanted.push_back(((((values.back() + 1) & 12) ^ ~values.back()) - 3) * 2);
  }
  CHECK(session.run(made, {{open, Tensor::from(values)}}) == Tensor::from(wanted));
}

TEST_CASE("of bools these are functions of logic, with their names") {
  const Graph graph;
  const Output x = constant(graph, {true, true, false, false});
  const Output y = constant(graph, {true, false, true, false});
  CHECK(evaluate(bitwise_and(x, y)) == Tensor{true, false, false, false});
  CHECK(evaluate(bitwise_or(x, y)) == Tensor{true, true, true, false});
  CHECK(evaluate(bitwise_xor(x, true)) == Tensor{false, false, true, true});
  CHECK(evaluate(bitwise_not(x)) == Tensor{false, false, true, true});
  CHECK(bitwise_and(x, y).name().starts_with("bitwise_and"));
  CHECK(bitwise_not(x, {.name = "off"}).name() == "off");
}

TEST_CASE("what has no bits is refused") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2});
  const Output i = placeholder(graph, DType::i32, {2});
  const Output flags = placeholder(graph, DType::boolean, {2});
  const auto error = caught<GraphError>([&] { bitwise_and(x, x); });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(error.info().message == "the first operand is f32[2], but must be of integers");
  CHECK_THROWS_AS(bitwise_not(x), GraphError);
  CHECK_THROWS_AS(bitwise_or(i, cast(i, DType::i64)), GraphError);
  CHECK_THROWS_AS(bitwise_xor(flags, i), GraphError);
  CHECK_THROWS_AS(left_shift(flags, flags), GraphError);
  CHECK_THROWS_AS(right_shift(i, 1.5), GraphError);
  CHECK_THROWS_AS(bitwise_and(i, placeholder(graph, DType::i32, {3})), GraphError);
  CHECK(caught<GraphError>([&] { bitwise_not(Output{}); }).code() == ErrorCode::empty_handle);
  CHECK(caught<GraphError>([&] { bitwise_and(i, Output{}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
