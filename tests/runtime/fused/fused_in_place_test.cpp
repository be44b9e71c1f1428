#include "fused/fused_in_place.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "support/plans/fused_groups.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

struct Two {
  GroupBuilder group{100};
  Operand x = group.input<float>({100}, std::vector<float>(100));
  Operand y = group.input<float>({100}, std::vector<float>(100));

  Operand sum(Operand a, Operand b, bool output = true) {
    return group.map(elements::add, {a, b}, DType::f32, output);
  }
  unsigned allowed() const { return in_place_inputs(group.program()); }
};

TEST_CASE("a result may overwrite the operands that it is made of") {
  Two two;
  two.sum(two.x, two.y);
  CHECK(two.allowed() == 0b11);
}

TEST_CASE("but none that is read after the result") {
  Two two;
  const Operand made = two.sum(two.x, two.x);
  two.sum(made, two.y);
  CHECK(two.allowed() == 0b01);
}

TEST_CASE("nor one that is read after any result of its size") {
  Two two;
  const Operand inner = two.sum(two.x, two.y, false);
  CHECK(two.allowed() == 0b11);
  two.group.map(elements::less, {inner, two.y}, DType::boolean, true);  // of another size
  CHECK(two.allowed() == 0b11);
  two.sum(inner, inner);
  CHECK(two.allowed() == 0b11);
  two.sum(inner, two.x);
  CHECK(two.allowed() == 0b10);
}

TEST_CASE("nor a single element, which machine code reads whenever it needs it") {
  GroupBuilder group(1);
  const Operand x = group.input<float>({}, std::vector<float>(64));
  group.map(elements::neg, {x}, DType::f32, true);
  CHECK(in_place_inputs(group.program()) == 0);
}

TEST_CASE("nor one that a reduction takes, or that is read at the end") {
  Two two;
  two.sum(two.x, two.y);
  two.group.step(ReductionForm{}, {two.y}, {DType::f32, {}}, true);
  CHECK(two.allowed() == 0b01);
  FusedProgram program = two.group.program();
  program.epilogues.push_back({{}, {{false, 0}}, {}});
  CHECK(in_place_inputs(program) == 0);
}

}  // namespace
}  // namespace deft
