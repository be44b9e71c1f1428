#include "fused/portable/row_sweep.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "support/instruction_sets.hpp"
#include "support/plans/fused_groups.hpp"

namespace deft {
namespace {

template <class T>
using Program = std::vector<SweepInstruction<T>>;

template <class T>
SweepInstruction<T> instruction(SweepCode code, const T* x, T* y = nullptr) {
  return {
      .code = code, .repeated = false, .columns = 1, .first_sum = 0, .column = 0, .x = x, .y = y};
}

template <class T>
std::vector<T> numbers(std::int64_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& value : values) value = static_cast<T>(random()) / T{0x1p31} - T{1};
  return values;
}

template <class T>
T multiply_add(T a, T b, T c, bool fuses) {
  if (fuses) return std::fma(a, b, c);
  const volatile T product = a * b;
  return product + c;
}

constexpr std::array<std::int64_t, 12> counts{1, 3, 15, 16, 17, 64, 127, 255, 256, 257, 1000, 1024};

template <class T>
void check_function(SweepCode code, T (*function)(T, T)) {
  for (const std::int64_t rows : counts)
    for (const bool repeated : {false, true}) {
      CAPTURE(static_cast<int>(code));
      CAPTURE(rows);
      const std::vector<T> a = numbers<T>(rows, 1), b = numbers<T>(rows, 2);
      std::vector<T> y(a.size() + 1, T{7});
      Program<T> program{instruction<T>(SweepCode::load, a.data()), instruction<T>(code, b.data()),
                         instruction<T>(SweepCode::store, nullptr, y.data())};
      program[1].repeated = repeated;
      row_sweep<T>()(program, rows);
      for (std::size_t i = 0; i < a.size(); ++i) CHECK(y[i] == function(a[i], b[repeated ? 0 : i]));
      CHECK(y.back() == T{7});
    }
}

TEST_CASE_TEMPLATE("functions of the accumulator", T, float, double) {
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    check_function<T>(SweepCode::neg, [](T a, T) { return -a; });
    check_function<T>(SweepCode::square, [](T a, T) { return a * a; });
    check_function<T>(SweepCode::abs, [](T a, T) { return std::abs(a); });
    check_function<T>(SweepCode::add, [](T a, T b) { return a + b; });
    check_function<T>(SweepCode::sub, [](T a, T b) { return a - b; });
    check_function<T>(SweepCode::sub_from, [](T a, T b) { return b - a; });
    check_function<T>(SweepCode::mul, [](T a, T b) { return a * b; });
    check_function<T>(SweepCode::div, [](T a, T b) { return a / b; });
    check_function<T>(SweepCode::divide, [](T a, T b) { return b / a; });
    check_function<T>(SweepCode::maximum, [](T a, T b) { return std::max(a, b); });
    check_function<T>(SweepCode::minimum, [](T a, T b) { return std::min(a, b); });
  }
}

TEST_CASE_TEMPLATE("products add term by term", T, float, double) {
  constexpr std::uint8_t columns = 3;
  for (const std::int64_t target : InstructionSet::all())
    for (const std::int64_t rows : counts)
      for (const bool from_zero : {false, true}) {
        const InstructionSet only(target);
        CAPTURE(rows);
        const bool fuses = InstructionSet::fuses(target);
        const std::vector<T> x = numbers<T>(rows * columns, 3);
        std::vector<T> w = numbers<T>(columns, 4), y(static_cast<std::size_t>(rows));
        Program<T> program{instruction<T>(from_zero ? SweepCode::zero_product : SweepCode::product,
                                          x.data(), w.data()),
                           instruction<T>(SweepCode::store, nullptr, y.data())};
        program[0].columns = columns;
        program[0].column = rows;
        row_sweep<T>()(program, rows);
        for (std::size_t i = 0; i < y.size(); ++i) {
          T sum = x[i] * w[0];
          for (std::size_t j = 1; j < columns; ++j)
            sum = multiply_add(x[i + j * y.size()], w[j], sum, fuses);
          CHECK(y[i] == sum);
        }
      }
}

TEST_CASE_TEMPLATE("sums spread the rows over the lanes of a virtual vector", T, float, double) {
  constexpr std::size_t lanes = 64 / sizeof(T);
  constexpr std::uint8_t columns = 3;
  for (const std::int64_t target : InstructionSet::all())
    for (const std::int64_t rows : counts) {
      const InstructionSet only(target);
      CAPTURE(rows);
      const std::vector<T> x = numbers<T>(rows * columns, 5), e = numbers<T>(rows, 6);
      std::array<T, columns> sums{};
      Program<T> program{instruction<T>(SweepCode::load, e.data()),
                         instruction<T>(SweepCode::add_to_sums, x.data(), sums.data())};
      program[1].columns = columns;
      program[1].column = rows;
      program[1].first_sum = most_sweep_sums - columns;
      row_sweep<T>()(program, rows);
      for (std::size_t j = 0; j < columns; ++j) {
        std::array<T, lanes> lane{};
        for (std::size_t i = 0; i < e.size(); ++i)
          lane[i % lanes] = multiply_add(x[i + j * e.size()], e[i], lane[i % lanes],
                                         InstructionSet::fuses(target));
        for (std::size_t half = lanes / 2; half > 0; half /= 2)
          for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
        CHECK(sums[j] == lane[0]);
      }
    }
}

}  // namespace
}  // namespace deft
