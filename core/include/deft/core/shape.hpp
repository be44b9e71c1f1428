#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <span>
#include <string>

#include <deft/core/any_integer.hpp>
#include <deft/core/dtype.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// The dimensions of a tensor, row-major. In a graph a dimension may be `Shape::unknown`; in a
/// value never. The rank is always known and at most `max_rank`. A Shape is a small value without
/// heap memory.
class Shape {
 public:
  static constexpr std::int64_t unknown = -1;
  static constexpr std::size_t max_rank = 8;

  /// The shape of a scalar, rank 0.
  constexpr Shape() = default;

  /// Dimensions of any integer types: `{v.size(), 1}`. Throws ValueError for a negative dimension
  /// other than `unknown`, for one of 2^63 or more, and for a rank over `max_rank`.
  Shape(std::initializer_list<AnyInteger> dims, SourceLocation where = SourceLocation::current());
  explicit Shape(std::span<const std::int64_t> dims,
                 SourceLocation where = SourceLocation::current());

  std::size_t rank() const { return rank_; }
  std::span<const std::int64_t> dims() const { return {dims_.data(), rank_}; }

  /// Dimension `axis`, 0 <= axis < rank; throws ValueError outside.
  std::int64_t operator[](std::size_t axis) const;

  bool is_fully_defined() const;

  /// The product of the dimensions, 1 for a scalar. Throws ValueError if a dimension is unknown or
  /// the product of those that are not 0 does not fit in 63 bits: as in NumPy, a shape does not
  /// become possible by a 0.
  std::int64_t num_elements(SourceLocation where = SourceLocation::current()) const;

  /// num_elements() * size_of(dtype), checked likewise.
  std::size_t num_bytes(DType dtype, SourceLocation where = SourceLocation::current()) const;

  /// True if a tensor could have both shapes: same rank, and each dimension equal or unknown.
  bool is_compatible_with(const Shape& other) const;

  /// "[2, 3]", "[?, 2]", "[]".
  std::string to_string() const;

  friend bool operator==(const Shape& a, const Shape& b);

 private:
  std::array<std::int64_t, max_rank> dims_{};
  std::size_t rank_ = 0;
};

/// What is known of a tensor before it has a value.
struct TensorSpec {
  DType dtype = DType::f32;
  Shape shape;

  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

/// "f32[2, 3]".
std::string to_string(const TensorSpec& spec);

std::ostream& operator<<(std::ostream& out, const Shape& shape);
std::ostream& operator<<(std::ostream& out, const TensorSpec& spec);

/// Some of the dimensions of a shape.
using AxisSet = std::bitset<Shape::max_rank>;

}  // namespace deft
