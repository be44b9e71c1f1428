#pragma once

#include <concepts>
#include <cstdint>
#include <variant>

#include <deft/core/graph.hpp>

namespace deft {

/// An argument of an elementwise operation: an Output, or a C++ scalar that takes the dtype of the
/// other side. Its implicit constructor captures the line of an expression such as `a * b + 2.0`.
class Operand {
 public:
  Operand(Output output, SourceLocation where = SourceLocation::current())
      : value_(std::move(output)), where_(where) {}
  template <std::floating_point T>
  Operand(T scalar, SourceLocation where = SourceLocation::current())
      : value_(static_cast<double>(scalar)), where_(where) {}
  template <std::integral T>
  Operand(T scalar, SourceLocation where = SourceLocation::current())
      : value_(static_cast<std::int64_t>(scalar)), where_(where) {
    if constexpr (std::unsigned_integral<T>)  // over 2^63 - 1: a double, which i64 then refuses
      if (std::get<std::int64_t>(value_) < 0) value_ = static_cast<double>(scalar);
  }

  SourceLocation where() const { return where_; }

  /// The Output, or nullptr for a scalar.
  const Output* output() const { return std::get_if<Output>(&value_); }

  /// The Output, or the scalar as a constant of `dtype` in `graph`. Throws GraphError if the scalar
  /// has no such value (0.5 as i32, 1e300 as f32).
  Output resolve(const Graph& graph, DType dtype) const;

 private:
  std::variant<Output, double, std::int64_t> value_;
  SourceLocation where_;
};

}  // namespace deft
