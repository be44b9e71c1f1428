#include <deft/core/shape.hpp>

#include <algorithm>
#include <string>

#include <deft/core/error.hpp>

#include "value_error.hpp"

namespace deft {
Shape::Shape(std::initializer_list<std::int64_t> dims, SourceLocation where) {
  assign({dims.begin(), dims.size()}, where);
}

Shape::Shape(std::span<const std::int64_t> dims, SourceLocation where) { assign(dims, where); }

void Shape::assign(std::span<const std::int64_t> dims, SourceLocation where) {
  if (dims.size() > max_rank) {
    throw_value_error(ErrorCode::invalid_argument,
                      "a shape has rank " + std::to_string(dims.size()) +
                          ", but the highest rank is " + std::to_string(max_rank),
                      "merge dimensions", where);
  }
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    if (dims[axis] < 0 && dims[axis] != unknown) {
      throw_value_error(
          ErrorCode::invalid_argument,
          "dimension " + std::to_string(axis) + " of a shape is " + std::to_string(dims[axis]),
          "a dimension is 0 or more, or Shape::unknown", where);
    }
    dims_[axis] = dims[axis];
  }
  rank_ = dims.size();
}

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
  // Zero first: {2^40, 0, 2^40} has no elements, though a partial product overflows.
  if (std::ranges::find(dims(), 0) != dims().end()) return 0;
  std::int64_t product = 1;
  for (const std::int64_t dim : dims()) {
    if (__builtin_mul_overflow(product, dim, &product)) {
      throw_value_error(
          ErrorCode::overflow,
          "the number of elements of shape " + to_string() + " does not fit in 63 bits",
          "make it smaller", where);
    }
  }
  return product;
}

std::size_t Shape::num_bytes(DType dtype, SourceLocation where) const {
  const std::int64_t elements = num_elements(where);
  std::ptrdiff_t bytes = 0;
  if (__builtin_mul_overflow(elements, static_cast<std::int64_t>(size_of(dtype)), &bytes)) {
    throw_value_error(ErrorCode::overflow,
                      "the size in bytes of " + deft::to_string(TensorSpec{dtype, *this}) +
                          " does not fit in 63 bits",
                      "make it smaller", where);
  }
  return static_cast<std::size_t>(bytes);
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

}  // namespace deft
