#include "difference.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace examples::model {
namespace {

/// |a - b| of integers, which are exact beyond 2^53 too.
template <class T>
double distance(T a, T b) {
  const auto high = static_cast<std::uint64_t>(std::max(a, b));
  const auto low = static_cast<std::uint64_t>(std::min(a, b));
  return static_cast<double>(high - low);
}

template <>
double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const double difference = std::abs(a - b);
  return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

template <class T>
void compare(const std::vector<T>& is, const std::vector<T>& expected, double rtol, double atol,
             Difference& result) {
  for (std::size_t i = 0; i < is.size(); ++i) {
    const double difference = distance(is[i], expected[i]);
    if (difference == 0) continue;
    const double magnitude = std::abs(static_cast<double>(expected[i]));
    result.absolute = std::max(result.absolute, difference);
    result.relative = std::max(result.relative, difference / magnitude);
    // False for what is not finite, as the numbers above then are.
    const bool is_close = std::isfinite(difference) && difference <= atol + rtol * magnitude;
    result.is_allowed = result.is_allowed && is_close;
  }
}

}  // namespace

Difference difference(const std::string& name, const deft::Tensor& is, const deft::Tensor& expected,
                      double rtol, double atol) {
  Difference result;
  result.name = name;
  if (is.spec() != expected.spec()) {
    result.problem = to_string(is.spec()) + ", expected " + to_string(expected.spec());
    result.is_allowed = false;
  } else if (deft::is_floating(is.dtype())) {
    compare(is.to<double>(), expected.to<double>(), rtol, atol, result);
  } else if (is.dtype() == deft::DType::u64) {
    compare(is.to<std::uint64_t>(), expected.to<std::uint64_t>(), rtol, atol, result);
  } else {
    compare(is.to<std::int64_t>(), expected.to<std::int64_t>(), rtol, atol, result);
  }
  return result;
}

}  // namespace examples::model
