#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/fused/x86/generated_group.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

std::vector<std::int64_t> counts() {
  std::vector<std::int64_t> all{1000, 1024, 1025};
  for (std::int64_t i = 1; i <= 40; ++i) all.push_back(i);
  return all;
}

/// So many values, and as many more as a vector reads beyond them at most.
template <class T>
std::vector<T> values_for(std::int64_t count, std::uint32_t seed) {
  return mixed_values<T>(static_cast<std::size_t>(count) + 64, seed);
}

/// Bools as a row has them.
Operand conditions(GroupBuilder& group, std::int64_t count, std::uint32_t seed) {
  const std::vector<float> values = values_for<float>(count, seed);
  std::vector<std::uint8_t> bytes;
  for (const float value : values) bytes.push_back(value > 0 ? 1 : 0);
  return group.input_bytes({DType::boolean, Shape{count}}, bytes);
}

TEST_CASE_TEMPLATE("every function gives the bits of its row", T, float, double) {
  if (!has_generator()) return;
  constexpr DType dtype = dtype_of<T>();
  for (const std::int64_t count : counts()) {
    for (const bool compares : {false, true}) {
      for (const ElementFunction* function :
           compares ? comparisons_of(dtype) : arithmetic_functions()) {
        CAPTURE(function->facts.name);
        CAPTURE(count);
        GroupBuilder group(count);
        std::vector<Operand> operands;
        for (std::size_t i = 0; i < function->arity; ++i)
          operands.push_back(
              group.input<T>({count}, values_for<T>(count, static_cast<std::uint32_t>(i + 1))));
        group.map(*function, operands, compares ? DType::boolean : dtype, true);
        check(group);
      }
    }
  }
}

TEST_CASE_TEMPLATE("functions of all special values", T, float, double) {
  if (!has_generator()) return;
  constexpr DType dtype = dtype_of<T>();
  std::vector<T> x, y;
  for (const T a : special_values<T>())
    for (const T b : special_values<T>()) x.push_back(a), y.push_back(b);
  const auto count = static_cast<std::int64_t>(x.size());
  for (const bool compares : {false, true})
    for (const ElementFunction* function :
         compares ? comparisons_of(dtype) : arithmetic_functions()) {
      CAPTURE(function->facts.name);
      GroupBuilder group(count);
      std::vector<Operand> operands{group.input<T>({count}, x)};
      if (function->arity == 2) operands.push_back(group.input<T>({count}, y));
      group.map(*function, operands, compares ? DType::boolean : dtype, true);
      check(group);
    }
}

TEST_CASE_TEMPLATE("exp, log and tanh of many numbers", T, float, double) {
  if (!has_generator()) return;
  constexpr std::int64_t count = 400000;
  std::vector<T> x = mixed_values<T>(count, 7);
  std::mt19937_64 random(9);
  for (std::size_t i = 0; i < x.size(); i += 2)
    x[i] = static_cast<T>(static_cast<double>(static_cast<std::int64_t>(random())) * 0x1p-63 *
                          (i % 4 == 0 ? 760 : 1));
  for (const ElementFunction* function : arithmetic_functions()) {
    if (function->arity != 1) continue;
    CAPTURE(function->facts.name);
    GroupBuilder group(count);
    group.map(*function, {group.input<T>({count}, x)}, dtype_of<T>(), true);
    check(group);
  }
}

/// A program of random steps. Each reads any earlier values, so that many live at a time.
template <class T>
void add_random_steps(GroupBuilder& group, std::uint32_t seed, int steps) {
  constexpr DType dtype = dtype_of<T>();
  const std::int64_t rows = group.program().rows;
  std::mt19937 random(seed);
  std::vector<Operand> numbers, bools;
  for (std::uint32_t i = 0; i < 1 + seed % 4; ++i)
    numbers.push_back(group.input<T>({rows}, values_for<T>(rows, seed + i)));
  numbers.push_back(group.input<T>({}, {static_cast<T>(seed % 5) - T{1.5}}));
  bools.push_back(conditions(group, rows, seed));
  const auto any = [&](const std::vector<Operand>& of) { return of[random() % of.size()]; };
  const auto arithmetic = arithmetic_functions();
  const auto comparisons = comparisons_of(dtype);
  const auto of_bools = comparisons_of(DType::boolean);
  const ElementFunction& select = elements::select;
  for (int i = 0; i < steps; ++i) {
    // What the steps have not read yet, first: a wide tree.
    const bool output = i + 1 == steps || random() % 4 == 0;
    const unsigned kind = random() % 8;
    if (kind == 0) {
      // A comparison of two scalars would be no row.
      bools.push_back(group.map(*comparisons[random() % comparisons.size()],
                                {numbers[0], any(numbers)}, DType::boolean, output));
    } else if (kind == 1) {
      bools.push_back(group.map(*of_bools[random() % of_bools.size()], {any(bools), any(bools)},
                                DType::boolean, output));
    } else if (kind == 2) {
      numbers.push_back(group.map(select, {any(bools), any(numbers), any(numbers)}, dtype, output));
    } else {
      const ElementFunction& function = *arithmetic[random() % arithmetic.size()];
      std::vector<Operand> operands{numbers[0]};
      if (function.arity == 2) operands.push_back(any(numbers));
      if (random() % 2 == 0 && numbers.size() > 6) operands[0] = numbers.back();
      numbers.push_back(group.map(function, operands, dtype, output));
    }
  }
}

TEST_CASE_TEMPLATE("random groups", T, float, double) {
  if (!has_generator()) return;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    GroupBuilder group(1 + seed * 37 % 1500);
    add_random_steps<T>(group, seed, 2 + static_cast<int>(seed % 39));
    check(group);
  }
}

TEST_CASE_TEMPLATE("more values than registers", T, float, double) {
  if (!has_generator()) return;
  constexpr DType dtype = dtype_of<T>();
  const auto arithmetic = arithmetic_functions();
  const ElementFunction& add = elements::add;
  const ElementFunction& less = elements::less;
  const ElementFunction& select = elements::select;
  constexpr std::int64_t rows = 100;
  GroupBuilder group(rows);
  const Operand x = group.input<T>({rows}, values_for<T>(rows, 1));
  std::vector<Operand> values, masks;
  for (int i = 0; i < 60; ++i) {
    const Operand scalar = group.input<T>({}, {static_cast<T>(i) / T{8} - T{3}});
    values.push_back(group.map(add, {x, scalar}, dtype));
    masks.push_back(group.map(less, {x, scalar}, DType::boolean));
  }
  Operand sum = x;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Operand either = group.map(select, {masks[i * 7 % 60], values[i], x}, dtype);
    sum = group.map(add, {sum, either}, dtype, i + 1 == values.size());
  }
  check(group);
}

/// Of many values some are read for the last time where they lie on the stack, by an instruction
/// whose result takes the register of a value that has yet to be put there.
TEST_CASE_TEMPLATE("more values than registers, read in any order", T, float, double) {
  if (!has_generator()) return;
  constexpr DType dtype = dtype_of<T>();
  constexpr std::int64_t rows = 20;
  const ElementFunction& sub = elements::sub;
  const ElementFunction& less = elements::less;
  const ElementFunction& select = elements::select;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    GroupBuilder group(rows);
    std::mt19937 random(seed);
    std::vector<Operand> values, masks;
    for (std::uint32_t i = 0; i < 40; ++i)
      values.push_back(group.input<T>({rows}, values_for<T>(rows, seed + i)));
    const auto any = [&](const std::vector<Operand>& of) { return of[random() % of.size()]; };
    for (int i = 0; i < 40; ++i) {
      values.push_back(group.map(sub, {any(values), any(values)}, dtype));
      masks.push_back(group.map(less, {any(values), any(values)}, DType::boolean));
    }
    for (int i = 0; i < 40; ++i)
      group.map(select, {any(masks), any(values), any(values)}, dtype, true);
    check(group);
  }
}

TEST_CASE("a choice between bools has bools as its result") {
  GroupBuilder group(1000);
  const Operand x = group.input<float>({1000}, values_for<float>(1000, 1));
  const Operand y = group.input<float>({1000}, values_for<float>(1000, 2));
  const Operand less = group.map(elements::less, {x, y}, DType::boolean);
  const ElementFunction& select = elements::select;
  const Operand bools = conditions(group, 1000, 3);
  group.map(select, {bools, less, bools}, DType::boolean, true);
  CHECK(group.run_generated() == group.run());
}

/// f(x) - x of `count` numbers, which has code.
GroupBuilder difference(const ElementFunction& f, std::int64_t count) {
  GroupBuilder group(count);
  const Operand x = group.input<float>({count}, values_for<float>(count, 7));
  group.map(elements::sub, {group.map(f, {x}, DType::f32), x}, DType::f32, true);
  return group;
}

TEST_CASE("groups that compute the same share their code") {
  if (!has_generator()) return;
  CodeGenerator generator;
  const auto results = [&](const GroupBuilder& group) { return group.run(&generator); };
  for (const std::int64_t count : {std::int64_t{1000}, std::int64_t{999}, std::int64_t{7}}) {
    const GroupBuilder negated = difference(elements::neg, count);
    CHECK(results(negated) == negated.run());
    CHECK(generator.num_written() == 1);
  }
  const GroupBuilder rooted = difference(elements::sqrt, 1000);
  CHECK(results(rooted) == rooted.run());
  CHECK(generator.num_written() == 2);
}

}  // namespace
}  // namespace deft
