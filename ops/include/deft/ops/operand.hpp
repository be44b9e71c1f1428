#pragma once

#include <concepts>
#include <utility>
#include <variant>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/ops/scalar.hpp>

namespace deft {

/// An argument of an elementwise operation: an Output; a Tensor, which becomes a constant; or a C++
/// scalar, which becomes a constant of the other side's dtype. Its implicit constructor captures
/// the line of an expression such as `a * b + 2.0`.
class Operand {
 public:
  Operand(Output output, SourceLocation where = SourceLocation::current())
      : value_(std::move(output)), where_(where) {}
  Operand(Tensor value, SourceLocation where = SourceLocation::current())
      : value_(std::move(value)), where_(where) {}
  Operand(const Outputs& made, SourceLocation where = SourceLocation::current())
      : value_(Output(made)), where_(where) {}
  template <std::floating_point T>
  Operand(T scalar, SourceLocation where = SourceLocation::current())
      : value_(Scalar(scalar)), where_(where) {}
  template <std::integral T>
  Operand(T scalar, SourceLocation where = SourceLocation::current())
      : value_(Scalar(scalar)), where_(where) {}

  SourceLocation where() const { return where_; }

  /// The Output, or nullptr for a Tensor or a scalar.
  const Output* output() const { return std::get_if<Output>(&value_); }

  /// The Tensor, or nullptr for an Output or a scalar.
  const Tensor* tensor() const { return std::get_if<Tensor>(&value_); }

  /// The Output, or the value as a constant in `graph`: a scalar as one of `dtype`. Throws
  /// GraphError if the scalar has no such value (0.5 as i32, 1e300 as f32).
  Output resolve(const Graph& graph, DType dtype) const;

 private:
  std::variant<Output, Tensor, Scalar> value_;
  SourceLocation where_;
};

}  // namespace deft
