#include <functional>
#include <type_traits>

#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>

#include "functions.hpp"

// Comparisons of data at rest, element by element. A loop is enough: vectors of so many types would
// be compiled for each instruction set.

namespace deft {
namespace {

/// What is compared of an element.
template <class T>
auto number(T x) {
  if constexpr (is_narrow_float<T>)
    return static_cast<float>(x);
  else
    return x;
}

template <class Compare, class T>
void compare(const Row& row) {
  const T* x = row.input<T>(0);
  const T* y = row.input<T>(1);
  bool* to = row.out<bool>();
  const std::size_t x_step = row.repeats(0) ? 0 : 1;
  const std::size_t y_step = row.repeats(1) ? 0 : 1;
  for (std::size_t i = 0; i < row.count; ++i)
    to[i] = Compare()(number(x[i * x_step]), number(y[i * y_step]));
}

template <class T>
RowFunction rows_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return compare<std::equal_to<>, T>;
    case Comparison::not_equal:
      return compare<std::not_equal_to<>, T>;
    case Comparison::less:
      return compare<std::less<>, T>;
    case Comparison::less_equal:
      return compare<std::less_equal<>, T>;
    case Comparison::greater:
      return compare<std::greater<>, T>;
    case Comparison::greater_equal:
      return compare<std::greater_equal<>, T>;
  }
  throw InternalError("there is no such comparison");
}

}  // namespace

RowFunction comparison_row(Comparison comparison, DType dtype) {
  return visit_dtype(dtype, [comparison]<class T>(std::type_identity<T>) -> RowFunction {
    if constexpr (is_at_rest(dtype_of<T>()))
      return rows_of<T>(comparison);
    else
      throw InternalError("a comparison of data at rest was asked for another dtype");
  });
}

}  // namespace deft
