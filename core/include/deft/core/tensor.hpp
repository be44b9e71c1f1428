#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// A dense row-major array: a value. Copies share their 64-byte-aligned storage until one of them
/// is written through `mutable_data`, which gives that one its own copy first. Reading one Tensor
/// from several threads is safe; writing is not.
class Tensor {
 public:
  /// An f32 tensor without elements, shape [0].
  Tensor() noexcept;
  Tensor(const Tensor&) = default;
  Tensor& operator=(const Tensor&) = default;

  /// Leaves `other` as a default-constructed Tensor.
  Tensor(Tensor&& other) noexcept;
  Tensor& operator=(Tensor&& other) noexcept;

  /// A tensor of `shape` with `values` in row-major order. Throws ValueError if the counts differ,
  /// a dimension is unknown, the size overflows or memory is refused.
  template <Element T>
  static Tensor from(const Shape& shape, std::span<const T> values,
                     SourceLocation where = SourceLocation::current()) {
    return copy_of(dtype_of<T>(), shape, values.data(), values.size(), where);
  }
  template <Element T>
  static Tensor from(const Shape& shape, std::initializer_list<T> values,
                     SourceLocation where = SourceLocation::current()) {
    return copy_of(dtype_of<T>(), shape, values.begin(), values.size(), where);
  }
  template <Element T>
  static Tensor from(const Shape& shape, const std::vector<T>& values,
                     SourceLocation where = SourceLocation::current()) {
    if constexpr (std::same_as<T, bool>) {  // vector<bool> has no array of bool inside
      return copy_of(shape, values, where);
    } else {
      return copy_of(dtype_of<T>(), shape, values.data(), values.size(), where);
    }
  }

  /// A tensor of rank 0.
  template <Element T>
  static Tensor scalar(T value, SourceLocation where = SourceLocation::current()) {
    return copy_of(dtype_of<T>(), Shape{}, &value, 1, where);
  }

  /// A tensor of zeros (false). Throws as `from`.
  static Tensor zeros(DType dtype, const Shape& shape,
                      SourceLocation where = SourceLocation::current());

  /// A tensor whose elements are not set yet; write all of them through `mutable_data`.
  static Tensor uninitialized(DType dtype, const Shape& shape,
                              SourceLocation where = SourceLocation::current());

  DType dtype() const { return spec_.dtype; }
  const Shape& shape() const { return spec_.shape; }
  const TensorSpec& spec() const { return spec_; }
  std::int64_t num_elements() const { return num_elements_; }
  std::size_t num_bytes() const {
    return static_cast<std::size_t>(num_elements_) * size_of(spec_.dtype);
  }

  /// The elements in row-major order; throws ValueError if T is not the dtype.
  template <Element T>
  std::span<const T> data(SourceLocation where = SourceLocation::current()) const& {
    check_dtype(dtype_of<T>(), where);
    return {static_cast<const T*>(raw()), static_cast<std::size_t>(num_elements_)};
  }

  /// The elements of a temporary, copied: `for (float x : session.eval(w).data<float>())` is safe.
  template <Element T>
  std::vector<T> data(SourceLocation where = SourceLocation::current()) && {
    const std::span<const T> elements = std::as_const(*this).template data<T>(where);
    return {elements.begin(), elements.end()};
  }

  /// The elements for writing; takes a copy first if the storage is shared.
  template <Element T>
  std::span<T> mutable_data(SourceLocation where = SourceLocation::current()) & {
    check_dtype(dtype_of<T>(), where);
    return {static_cast<T*>(mutable_raw(where)), static_cast<std::size_t>(num_elements_)};
  }

  /// The only element; throws ValueError if there is not exactly one, or T is not the dtype.
  template <Element T>
  T item(SourceLocation where = SourceLocation::current()) const {
    check_single(where);
    return data<T>(where)[0];
  }

  /// The same elements under another shape of the same size; shares storage.
  Tensor reshaped(const Shape& shape, SourceLocation where = SourceLocation::current()) const;

  /// The storage: num_bytes() bytes, aligned to 64, never null.
  const void* raw() const { return storage_.get(); }
  void* mutable_raw(SourceLocation where = SourceLocation::current());

  /// True if no other Tensor shares the storage.
  bool is_unique() const;

  /// As NumPy's `print(array)` writes it.
  std::string to_string() const;

  /// Same dtype, same shape, equal elements (so NaN differs from NaN, and 0.0 equals -0.0).
  friend bool operator==(const Tensor& a, const Tensor& b);

 private:
  static Tensor copy_of(DType dtype, const Shape& shape, const void* values, std::size_t count,
                        SourceLocation where);
  static Tensor copy_of(const Shape& shape, const std::vector<bool>& values, SourceLocation where);
  void swap(Tensor& other) noexcept;
  void check_dtype(DType wanted, SourceLocation where) const;
  void check_single(SourceLocation where) const;

  TensorSpec spec_;
  std::int64_t num_elements_ = 0;
  std::shared_ptr<std::byte> storage_;  // never null
};

std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

/// True if dtype, shape and every byte agree (so NaN equals itself, and 0.0 differs from -0.0).
bool bitwise_equal(const Tensor& a, const Tensor& b);

}  // namespace deft
