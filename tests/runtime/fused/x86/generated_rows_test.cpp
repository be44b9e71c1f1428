// Groups over rows of several elements: parts of them are machine code, in which operands are
// repeated in each row.

#include <cstdint>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "kernels/elementwise/functions.hpp"

#include "runtime/fused/x86/generated_group.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

constexpr AxisSet of_columns{0b10};  // the second axis

/// A group of `rows` rows of `width` elements that grows step by step.
template <class T>
class RandomRows {
 public:
  RandomRows(std::uint32_t seed, std::int64_t rows, std::int64_t width)
      : group(rows),
        random_(seed),
        rows_(rows),
        width_(width),
        wide_{dtype_of<T>(), {rows, width}} {
    whole_ = {input({rows, width}), input({rows, width})};
    of_row_ = {input({rows, 1})};
    others_ = {input({width}), input({1, width}), input({}), of_row_[0]};
    masks_ = {mask({rows, width})};
    other_masks_ = {mask({width}), mask({rows, 1}), mask({1, 1})};
  }

  void add_steps(int steps) {
    for (int i = 0; i < steps; ++i) add_step(i + 1 == steps || random_() % 3 == 0);
  }

  GroupBuilder group;

 private:
  Operand any(const std::vector<Operand>& of) { return of[random_() % of.size()]; }
  Operand any_number() { return any(random_() % 2 == 0 ? whole_ : others_); }

  std::vector<T> values(const Shape& shape) {
    return mixed_values<T>(static_cast<std::size_t>(shape.num_elements()),
                           static_cast<std::uint32_t>(random_()));
  }
  Operand input(const Shape& shape) { return group.input<T>(shape, values(shape)); }
  Operand mask(const Shape& shape) {
    std::vector<std::uint8_t> bytes;
    for (const T value : values(shape)) bytes.push_back(value > 1 ? 255 : value > 0 ? 1 : 0);
    return group.input_bytes({DType::boolean, shape}, bytes);
  }

  void add_step(bool output) {
    const TensorSpec mask{DType::boolean, wide_.shape};
    const TensorSpec row{wide_.dtype, {rows_, 1}};
    const auto arithmetic = arithmetic_functions();
    const auto comparisons = comparisons_of(wide_.dtype);
    switch (random_() % 9) {
      case 0:
        masks_.push_back(group.step(MapForm{comparisons[random_() % comparisons.size()]},
                                    {any(whole_), any_number()}, mask, output));
        break;
      case 1:
        whole_.push_back(
            group.step(MapForm{&elements::select},
                       {any(random_() % 2 == 0 ? masks_ : other_masks_), any(whole_), any_number()},
                       wide_, output));
        break;
      case 2:
        if (row_stream(ReductionForm{Reduction::max, of_columns}, wide_, rows_)) {
          of_row_.push_back(
              group.step(ReductionForm{Reduction::max, of_columns}, {any(whole_)}, row, output));
          others_.push_back(of_row_.back());
        }
        break;
      case 3:
        of_row_.push_back(
            group.step(MapForm{&elements::mul}, {any(of_row_), any(of_row_)}, row, output));
        others_.push_back(of_row_.back());
        break;
      case 4:  // has no machine code
        whole_.push_back(
            group.step(MapForm{&elements::pow}, {any(whole_), any(whole_)}, wide_, output));
        break;
      case 5: {
        const bool of_mask = random_() % 4 == 0;
        auto& to = of_mask ? masks_ : whole_;
        const Operand from =
            of_mask ? any(random_() % 2 == 0 ? masks_ : other_masks_) : any_number();
        to.push_back(group.step(MapForm{&elements::copy}, {from}, of_mask ? mask : wide_, output));
        break;
      }
      default: {
        const ElementFunction& function = *arithmetic[random_() % arithmetic.size()];
        std::vector<Operand> operands{random_() % 2 == 0 ? whole_.back() : any(whole_)};
        if (function.arity == 2)
          operands.insert(operands.begin() + static_cast<std::ptrdiff_t>(random_() % 2),
                          any_number());
        whole_.push_back(group.step(MapForm{&function}, operands, wide_, output));
      }
    }
  }

  std::mt19937 random_;
  std::int64_t rows_;
  std::int64_t width_;
  TensorSpec wide_;
  std::vector<Operand> whole_;  // [rows, width]
  std::vector<Operand> of_row_;
  std::vector<Operand> others_;  // what can be repeated
  std::vector<Operand> masks_;
  std::vector<Operand> other_masks_;
};

TEST_CASE_TEMPLATE("random groups over rows", T, float, double) {
  constexpr std::int64_t widths[] = {2, 7, 31, 32, 33, 40, 63, 100, 257, 1000};
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    for (std::uint32_t seed = 0; seed < (sanitized ? 30 : 200); ++seed) {
      CAPTURE(seed);
      RandomRows<T> rows(seed, 2 + seed * 13 % 90, widths[seed % std::size(widths)]);
      rows.add_steps(2 + static_cast<int>(seed % 20));
      CHECK(results_of(rows.group, true) == results_of(rows.group, false));
    }
  }
}

TEST_CASE("a group of many inputs has more than one piece of code") {
  GroupBuilder group(100);
  Operand sum = group.input<float>({100}, mixed_values<float>(100, 1));
  for (std::uint32_t i = 0; i < 200; ++i)
    sum = group.map(elements::add, {sum, group.input<float>({100}, mixed_values<float>(100, i))},
                    DType::f32, i % 50 == 49);
  CHECK(results_of(group, true) == results_of(group, false));
  if (has_generator())
    CHECK(CodeGenerator().steps(group.program(), FusedLayout(group.program()), 0).end < 200);
}

}  // namespace
}  // namespace deft
