#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// The values of nested braces such as `{{1.0F, 2.0F}, {3.0F, 4.0F}}` in row-major order, and their
/// shape: what a Tensor is made from. Throws ValueError if braces at one depth differ in length.
template <Element T>
class NestedValues {
 public:
  template <class Inner>
  NestedValues(std::initializer_list<Inner> braces, SourceLocation where) : where_(where) {
    add(braces, 0);
  }

  Shape shape() const { return Shape(dims_, where_); }
  const std::vector<T>& values() const { return values_; }

 private:
  template <class Inner>
  void add(std::initializer_list<Inner> braces, std::size_t axis) {
    const auto length = static_cast<std::int64_t>(braces.size());
    if (axis == dims_.size()) dims_.push_back(length);
    if (dims_[axis] != length) refuse(axis, length);
    if constexpr (std::same_as<Inner, T>) {
      values_.insert(values_.end(), braces.begin(), braces.end());
    } else {
      for (const Inner& inner : braces) add(inner, axis + 1);
    }
  }

  [[noreturn]] void refuse(std::size_t axis, std::int64_t length) const;

  SourceLocation where_;
  std::vector<std::int64_t> dims_;
  std::vector<T> values_;
};

}  // namespace deft
