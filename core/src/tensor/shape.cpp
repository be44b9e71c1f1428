#include <deft/core/shape.hpp>

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>

#include <deft/core/error.hpp>

#include "value_error.hpp"

namespace deft {
namespace {

/// Writes the dimensions of a shape to `to`; returns its rank.
template <class Dims>
std::size_t store(std::array<std::int64_t, Shape::max_rank>& to, const Dims& dims,
                  SourceLocation where) {
  if (dims.size() > to.size()) {
    throw_value_error(ErrorCode::invalid_argument,
                      "a shape has rank " + std::to_string(dims.size()) +
                          ", but the highest rank is " + std::to_string(to.size()),
                      "merge dimensions", where);
  }
  std::size_t axis = 0;
  for (const AnyInteger dim : dims) {
    if (!dim.fits() || (dim.value() < 0 && dim.value() != Shape::unknown)) {
      throw_value_error(
          ErrorCode::invalid_argument,
          "dimension " + std::to_string(axis) + " of a shape is " + dim.to_string(),
          dim.fits() ? "a dimension is 0 or more, or Shape::unknown" : "a dimension is below 2^63",
          where);
    }
    to[axis++] = dim.value();
  }
  return axis;
}

/// `factor` times the dimensions that are not 0, unless that does not fit in 63 bits.
std::optional<std::int64_t> product(std::int64_t factor, std::span<const std::int64_t> dims) {
  for (const std::int64_t dim : dims)
    if (dim != 0 && __builtin_mul_overflow(factor, dim, &factor)) return std::nullopt;
  return factor;
}

}  // namespace

Shape::Shape(std::initializer_list<AnyInteger> dims, SourceLocation where)
    : rank_(store(dims_, dims, where)) {}

Shape::Shape(std::span<const std::int64_t> dims, SourceLocation where)
    : rank_(store(dims_, dims, where)) {}

std::int64_t Shape::operator[](std::size_t axis) const {
  if (axis >= rank_) {
    throw_value_error(ErrorCode::invalid_argument,
                      "shape " + to_string() + " has no dimension " + std::to_string(axis),
                      "its rank is " + std::to_string(rank_), {});
  }
  return dims_[axis];
}

bool Shape::is_fully_defined() const { return std::ranges::find(dims(), unknown) == dims().end(); }

std::int64_t Shape::num_elements(SourceLocation where) const {
  if (!is_fully_defined()) {
    throw_value_error(ErrorCode::invalid_argument,
                      "the number of elements of shape " + to_string() + " is unknown",
                      "give every dimension a size", where);
  }
  const std::optional<std::int64_t> elements = product(1, dims());
  if (!elements) {
    throw_value_error(ErrorCode::overflow,
                      "the number of elements of shape " + to_string() + " does not fit in 63 bits",
                      "make it smaller", where);
  }
  return std::ranges::find(dims(), 0) == dims().end() ? *elements : 0;
}

std::size_t Shape::num_bytes(DType dtype, SourceLocation where) const {
  const auto elements = static_cast<std::size_t>(num_elements(where));
  if (!product(static_cast<std::int64_t>(size_of(dtype)), dims())) {
    throw_value_error(ErrorCode::overflow,
                      "the size in bytes of " + deft::to_string(TensorSpec{dtype, *this}) +
                          " does not fit in 63 bits",
                      "make it smaller", where);
  }
  return elements * size_of(dtype);
}

bool Shape::is_compatible_with(const Shape& other) const {
  return std::ranges::equal(dims(), other.dims(), [](std::int64_t a, std::int64_t b) {
    return a == b || a == unknown || b == unknown;
  });
}

std::string Shape::to_string() const {
  std::string text = "[";
  for (const std::int64_t dim : dims()) {
    if (text.size() > 1) text += ", ";
    text += dim == unknown ? "?" : std::to_string(dim);
  }
  return text + ']';
}

bool operator==(const Shape& a, const Shape& b) { return std::ranges::equal(a.dims(), b.dims()); }

std::string to_string(const TensorSpec& spec) {
  return std::string(to_string(spec.dtype)) + spec.shape.to_string();
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.to_string(); }

std::ostream& operator<<(std::ostream& out, const TensorSpec& spec) {
  return out << to_string(spec);
}

}  // namespace deft
