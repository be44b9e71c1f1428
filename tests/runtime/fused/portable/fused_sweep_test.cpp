#include "fused/portable/fused_sweep.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "support/instruction_sets.hpp"
#include "support/plans/fused_groups.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

/// y = X w, e = y - t, g = X^T (s e), for each of some models of one X.
template <class T>
GroupBuilder regression(std::int64_t rows, std::int64_t columns, bool constant, int models = 1) {
  constexpr DType dtype = dtype_of<T>();
  GroupBuilder group(rows);
  std::mt19937 random(static_cast<std::uint32_t>(rows + columns));
  const auto numbers = [&](std::int64_t count) { return numbers_and_zeros<T>(random, count); };
  const Shape matrix{rows, columns};
  const std::vector<T> elements = numbers(rows * columns);
  const Operand x =
      constant ? group.constant<T>(matrix, elements) : group.input<T>(matrix, elements);
  const Operand s = group.input<T>({}, {T{0.125}});
  const TensorSpec column{dtype, {rows, 1}};
  const Form sub = MapForm{&elements::sub};
  const Form mul = MapForm{&elements::mul};
  for (int model = 0; model < models; ++model) {
    const Operand w = group.input<T>({columns, 1}, numbers(columns));
    const Operand t = group.input<T>({rows, 1}, numbers(rows));
    const Operand y = group.step(ProductForm{}, {x, w}, column, false);
    const Operand e = group.step(sub, {y, t}, column, false);
    const Operand scaled = group.step(mul, {s, e}, column, false);
    group.step(ProductForm{.transpose_a = true}, {x, scaled}, {dtype, {columns, 1}}, true);
  }
  return group;
}

std::vector<SweepCode> codes(const FusedSweep& sweep) {
  std::vector<SweepCode> codes;
  for (const FusedSweep::Instruction& instruction : sweep.program)
    codes.push_back(instruction.code);
  return codes;
}

TEST_CASE("a regression is one sweep, and only its sums go to memory") {
  const GroupBuilder group = regression<float>(5000, 2, true);
  const auto sweep = fused_sweep(group.program(), FusedLayout(group.program()), 0);
  REQUIRE(sweep.has_value());
  CHECK(sweep->tile.end == 4);
  CHECK(codes(*sweep) ==
        std::vector{SweepCode::product, SweepCode::sub, SweepCode::mul, SweepCode::add_to_sums});
  CHECK(sweep_tile(*sweep, 1024)->takes_any_rows);
}

TEST_CASE("what others read goes to memory") {
  constexpr DType dtype = DType::f32;
  GroupBuilder group(1000);
  const Operand x = group.input<float>({1000}, std::vector<float>(1000));
  const Operand a = group.map(elements::add, {x, x}, dtype);
  const Operand b = group.map(elements::add, {x, a}, dtype);
  const Operand c = group.map(elements::tanh, {a}, dtype);
  group.map(elements::add, {b, c}, dtype, true);
  const FusedLayout layout(group.program());
  const auto sweep = fused_sweep(group.program(), layout, 0);
  REQUIRE(sweep.has_value());
  CHECK(sweep->tile.end == 2);
  CHECK(codes(*sweep) == std::vector{SweepCode::load, SweepCode::add, SweepCode::store,
                                     SweepCode::add, SweepCode::store});
  CHECK_FALSE(sweep_tile(*sweep, layout.tile_rows())->takes_any_rows);
  CHECK_FALSE(fused_sweep(group.program(), layout, 2).has_value());  // tanh
  CHECK_FALSE(fused_sweep(group.program(), layout, 3).has_value());  // a single step
}

TEST_CASE_TEMPLATE("a sweep gives the bits of its products", T, float, double) {
  for (const std::int64_t target : InstructionSet::all())
    for (const std::int64_t rows : {64, 1000, 1025, 5001})
      for (const std::int64_t columns : {2, 3, 4, 5, 9, 12}) {
        const InstructionSet only(target);
        CAPTURE(rows);
        CAPTURE(columns);
        for (const int models : {1, 4})  // the sums of four fit into no sweep
          CHECK(regression<T>(rows, columns, true, models).run() ==
                regression<T>(rows, columns, false, models).run());
      }
}

template <class T>
std::vector<T> as_values(const std::vector<std::byte>& bytes, std::int64_t count) {
  std::vector<T> values(static_cast<std::size_t>(count));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

/// One NaN is as good as another.
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::ranges::equal(a, b, [](T x, T y) {
    return (x != x && y != y) || (x == y && std::signbit(x) == std::signbit(y));
  });
}

/// Random functions of earlier values, as one group and as groups of one step each.
template <class T>
void check_random_steps(std::int64_t rows, std::uint32_t seed) {
  constexpr DType dtype = dtype_of<T>();
  std::mt19937 random(seed);
  const auto functions = arithmetic_functions();
  std::vector<std::vector<T>> values{mixed_values<T>(static_cast<std::size_t>(rows), seed),
                                     mixed_values<T>(static_cast<std::size_t>(rows), seed + 1),
                                     {T{1.5}}};
  GroupBuilder group(rows);
  std::vector<Operand> operands;
  const auto input = [&](GroupBuilder& to, std::size_t i) {
    return to.input<T>(i == 2 ? Shape{} : Shape{rows}, values[i]);
  };
  for (std::size_t i = 0; i < values.size(); ++i) operands.push_back(input(group, i));
  std::vector<std::size_t> outputs;
  for (int step = 0; step < 20; ++step) {
    const ElementFunction& function = *functions[random() % functions.size()];
    // Often the newest value, on either side.
    std::array<std::size_t, 2> from{values.size() > 3 ? values.size() - 1 : 0,
                                    random() % values.size()};
    if (function.arity == 2 && random() % 2 == 0) std::swap(from[0], from[1]);
    if (from[0] == 2) from[0] = 0;  // a function of single elements alone would be no row
    GroupBuilder alone(rows);
    std::vector<Operand> together, inputs;
    for (std::size_t i = 0; i < function.arity; ++i) {
      together.push_back(operands[from[i]]);
      inputs.push_back(input(alone, from[i]));
    }
    const bool output = step == 19 || random() % 3 == 0;
    if (output) outputs.push_back(values.size());
    operands.push_back(group.map(function, together, dtype, output));
    alone.map(function, inputs, dtype, true);
    values.push_back(as_values<T>(alone.run()[0], rows));
  }
  const auto results = group.run();
  for (std::size_t i = 0; i < outputs.size(); ++i)
    CHECK(same_bits(as_values<T>(results[i], rows), values[outputs[i]]));
}

TEST_CASE_TEMPLATE("a sweep gives the bits of its functions", T, float, double) {
  for (const std::int64_t target : InstructionSet::all())
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
      const InstructionSet only(target);
      CAPTURE(seed);
      check_random_steps<T>(1 + seed * 61 % 2500, seed);
    }
}

}  // namespace
}  // namespace deft
