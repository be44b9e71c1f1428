#pragma once

#include <concepts>
#include <cstdint>
#include <variant>

namespace deft {

/// A C++ number, exactly: where deft takes a number that becomes an element of some dtype.
class Scalar {
 public:
  template <std::floating_point T>
  Scalar(T value) : value_(static_cast<double>(value)) {}
  template <std::integral T>
  Scalar(T value) : value_(static_cast<std::int64_t>(value)) {
    if constexpr (std::unsigned_integral<T>)  // over 2^63 - 1: a double, which i64 then refuses
      if (std::get<std::int64_t>(value_) < 0) value_ = static_cast<double>(value);
  }

  const std::variant<double, std::int64_t>& value() const { return value_; }

 private:
  std::variant<double, std::int64_t> value_;
};

}  // namespace deft
