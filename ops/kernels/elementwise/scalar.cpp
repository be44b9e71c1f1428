#include <algorithm>
#include <cstring>
#include <string>
#include <type_traits>

#include <deft/core/conversion.hpp>
#include <deft/core/error.hpp>

#include "functions.hpp"
#include <deft/core/visit_dtype.hpp>

// Rows that are computed element by element: integer division, integer powers and shifts; and those
// of casts and copies.

namespace deft {
namespace {

[[noreturn]] void fail_numeric(const std::string& message, const std::string& cure) {
  throw ValueError({.code = ErrorCode::numeric, .message = message, .cure = cure});
}

template <class T>
void refuse_zero(T x, T y) {
  if (y == 0)
    fail_numeric("an integer, " + std::to_string(x) + ", is divided by 0",
                 "replace zeros among the divisors, or divide floating numbers");
}

template <class T>
T quotient(T x, T y) {
  refuse_zero(x, y);
  if (y == -1) {  // the lowest integer has no positive counterpart and wraps
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(Unsigned{0} - static_cast<Unsigned>(x));
  }
  return static_cast<T>(x / y);
}

/// x - y quotient(x, y)
template <class T>
T rest(T x, T y) {
  refuse_zero(x, y);
  return y == -1 ? T{0} : static_cast<T>(x % y);
}

/// Whether the quotient, which is negative, was rounded up.
template <class T>
bool is_above(T rest, T y) {
  return rest != 0 && (rest < 0) != (y < 0);
}

template <class T>
T floor_quotient(T x, T y) {
  const T truncated = quotient(x, y);
  return static_cast<T>(is_above(rest(x, y), y) ? truncated - 1 : truncated);
}

template <class T>
T floor_rest(T x, T y) {
  const T truncated = rest(x, y);
  return static_cast<T>(is_above(truncated, y) ? truncated + y : truncated);
}

/// By squaring, modulo 2^32 or 2^64.
template <class T>
T power(T x, T y) {
  if (y < 0)
    fail_numeric(
        "an integer, " + std::to_string(x) + ", is raised to the power " + std::to_string(y),
        "use exponents of at least 0, or floating numbers");
  using Unsigned = std::make_unsigned_t<T>;
  auto base = static_cast<Unsigned>(x);
  Unsigned result = 1;
  for (auto rest = static_cast<Unsigned>(y); rest != 0; rest >>= 1U) {
    if ((rest & 1U) != 0) result *= base;
    base *= base;
  }
  return static_cast<T>(result);
}

/// Whether a shift leaves anything: no negative count, which is a large unsigned one, does.
template <class T>
bool is_shift(T count) {
  return static_cast<std::make_unsigned_t<T>>(count) < 8 * sizeof(T);
}

struct LeftShift {
  template <class T>
  static T of(T x, T count) {
    using Unsigned = std::make_unsigned_t<T>;
    return is_shift(count) ? static_cast<T>(static_cast<Unsigned>(x) << count) : T{0};
  }
};

/// What moves in is the sign.
struct RightShift {
  template <class T>
  static T of(T x, T count) {
    constexpr int all_but_one = 8 * sizeof(T) - 1;
    return static_cast<T>(is_shift(count) ? x >> count : x >> all_but_one >> 1);
  }
};

template <class T, T (*function)(T, T)>
void binary_of(const Row& row) {
  const T* x = row.input<T>(0);
  const T* y = row.input<T>(1);
  T* to = row.out<T>();
  const std::size_t x_step = row.repeats(0) ? 0 : 1;
  const std::size_t y_step = row.repeats(1) ? 0 : 1;
  for (std::size_t i = 0; i < row.count; ++i) to[i] = function(x[i * x_step], y[i * y_step]);
}

/// A shift of any integers.
template <class Shift>
RowKernel shift_rows(DType dtype) {
  return visit_dtype(dtype, []<class T>(std::type_identity<T>) -> RowFunction {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      return binary_of<T, Shift::template of<T>>;
    else
      throw InternalError("a shift was asked to work on what is no integer");
  });
}

/// Only the bits of an element matter: T is an unsigned integer of its width.
template <class T>
void copy_of(const Row& row) {
  const T* x = row.input<T>(0);
  if (row.repeats(0))
    std::fill_n(row.out<T>(), row.count, *x);
  else
    std::memcpy(row.out<T>(), x, row.count * sizeof(T));
}

}  // namespace

RowKernel integer_quotient(DType dtype) {
  return dtype == DType::i32 ? binary_of<std::int32_t, quotient<std::int32_t>>
                             : binary_of<std::int64_t, quotient<std::int64_t>>;
}

RowKernel integer_rest(DType dtype) {
  return dtype == DType::i32 ? binary_of<std::int32_t, rest<std::int32_t>>
                             : binary_of<std::int64_t, rest<std::int64_t>>;
}

RowKernel integer_floor_quotient(DType dtype) {
  return dtype == DType::i32 ? binary_of<std::int32_t, floor_quotient<std::int32_t>>
                             : binary_of<std::int64_t, floor_quotient<std::int64_t>>;
}

RowKernel integer_floor_rest(DType dtype) {
  return dtype == DType::i32 ? binary_of<std::int32_t, floor_rest<std::int32_t>>
                             : binary_of<std::int64_t, floor_rest<std::int64_t>>;
}

RowKernel integer_power(DType dtype) {
  return dtype == DType::i32 ? binary_of<std::int32_t, power<std::int32_t>>
                             : binary_of<std::int64_t, power<std::int64_t>>;
}

namespace elements {

extern constexpr ElementFunction cast{
    .facts = {.name = "cast", .takes = all_dtypes, .gives = ElementFacts::Result::any},
    .rows = [](DType from, DType to) -> RowKernel { return conversion(from, to); },
};

extern constexpr ElementFunction left_shift{
    .facts = {.name = "left_shift", .takes = bits_dtypes},
    .arity = 2,
    .rows = [](DType from, DType) { return shift_rows<LeftShift>(from); },
};

extern constexpr ElementFunction right_shift{
    .facts = {.name = "right_shift", .takes = bits_dtypes},
    .arity = 2,
    .rows = [](DType from, DType) { return shift_rows<RightShift>(from); },
};

extern constexpr ElementFunction copy{
    .facts = {.name = "copy", .takes = all_dtypes, .flops = 0},
    .rows = [](DType from, DType) -> RowKernel { return copy_row(from); },
    .record = [](ElementCode& code) { code.set_result(0); },
};

}  // namespace elements

RowFunction copy_row(DType dtype) {
  return visit_width(dtype,
                     []<class T>(std::type_identity<T>) -> RowFunction { return copy_of<T>; });
}

}  // namespace deft
