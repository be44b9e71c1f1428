#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <deft/core/any_integer.hpp>
#include <deft/core/dtype.hpp>
#include <deft/core/nested_values.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// A dense row-major array: a value. Copies share their storage until one of them is written
/// (`mutable_data`, `set`), which gives that one its own copy first. Reading one Tensor from
/// several threads is safe; writing is not.
class Tensor {
 public:
  /// An f32 tensor without elements, shape [0].
  Tensor() noexcept;
  Tensor(const Tensor&) = default;
  Tensor& operator=(const Tensor&) = default;

  /// Leaves `other` as a default-constructed Tensor.
  Tensor(Tensor&& other) noexcept;
  Tensor& operator=(Tensor&& other) noexcept;

  /// The values in nested braces, up to rank 3: `Tensor x{{1.0F, 2.0F}, {3.0F, 4.0F}};` is
  /// f32[2, 2]. The dtype is that of the literals: 1.0F is f32, 1.0 f64, 1 i32, true bool, Half(1)
  /// f16. Throws ValueError if braces at one depth differ in length.
  template <Element T>
  Tensor(std::initializer_list<T> values, SourceLocation where = SourceLocation::current())
      : Tensor(from({values.size()}, values, where)) {}
  template <Element T>
  Tensor(std::initializer_list<std::initializer_list<T>> values,
         SourceLocation where = SourceLocation::current())
      : Tensor(NestedValues<T>(values, where), where) {}
  template <Element T>
  Tensor(std::initializer_list<std::initializer_list<std::initializer_list<T>>> values,
         SourceLocation where = SourceLocation::current())
      : Tensor(NestedValues<T>(values, where), where) {}

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

  /// As above, but takes over the memory of `values`, which is left empty, instead of copying it
  /// (for bool: copies). A std::vector is rarely aligned as kernels want it: what is made a
  /// constant is then copied once, what is fed in every run; see is_aligned.
  template <Element T>
  static Tensor from(const Shape& shape, std::vector<T>&& values,
                     SourceLocation where = SourceLocation::current()) {
    if constexpr (std::same_as<T, bool>) {
      return copy_of(shape, values, where);
    } else {
      return adopt(shape, values, where);
    }
  }

  /// A tensor of rank 1 with the values of a vector: copied, or taken over from a temporary.
  template <Element T>
  static Tensor from(const std::vector<T>& values,
                     SourceLocation where = SourceLocation::current()) {
    return from({values.size()}, values, where);
  }
  template <Element T>
  static Tensor from(std::vector<T>&& values, SourceLocation where = SourceLocation::current()) {
    return from({values.size()}, std::move(values), where);
  }

  /// A tensor of `shape` over memory of someone else, which is neither copied nor written: writing
  /// the tensor makes a copy first. It holds `keep_alive`, which owns the memory or may be null,
  /// for as long as a tensor refers to it; until then nobody may write the memory. Throws as
  /// `from`.
  template <class T, std::size_t extent>
  requires Element<std::remove_const_t<T>>
  static Tensor borrow(const Shape& shape, std::span<T, extent> values,
                       std::shared_ptr<const void> keep_alive,
                       SourceLocation where = SourceLocation::current()) {
    return borrow(dtype_of<std::remove_const_t<T>>(), shape, values.data(), values.size(),
                  std::move(keep_alive), where);
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

  /// The element at these indices, one per dimension, from 0: `x.at<float>(1, 0)`. Throws
  /// ValueError if they are not one per dimension, one is out of range, or T is not the dtype.
  template <Element T, std::convertible_to<AnyInteger>... Others>
  T at(AnyInteger index, Others... others) const {
    const std::span<const T> elements = data<T>(index.where());
    return elements[position({index, others...}, index.where())];
  }

  /// Writes the element at these indices: `x.set({1, 0}, 2.5F)`. Throws as `at`, and takes a copy
  /// first if the storage is shared.
  template <Element T>
  void set(std::initializer_list<AnyInteger> indices, T value,
           SourceLocation where = SourceLocation::current()) {
    check_dtype(dtype_of<T>(), where);
    const std::size_t at = position(indices, where);
    mutable_data<T>(where)[at] = value;
  }

  /// The elements in row-major order, each converted to T by the rule of `cast`.
  template <Element T>
  std::vector<T> to() const;

  /// The same as a tensor; this one itself, storage shared, if it has the dtype.
  Tensor to(DType dtype, SourceLocation where = SourceLocation::current()) const;

  /// The only element; throws ValueError if there is not exactly one, or T is not the dtype.
  template <Element T>
  T item(SourceLocation where = SourceLocation::current()) const {
    check_single(where);
    return data<T>(where)[0];
  }

  /// The same elements under another shape of the same size; shares storage.
  Tensor reshaped(const Shape& shape, SourceLocation where = SourceLocation::current()) const;

  /// The storage: num_bytes() bytes, never null.
  const void* raw() const { return storage_.get(); }
  void* mutable_raw(SourceLocation where = SourceLocation::current());

  /// True if the storage is aligned as KernelArgs promises: to 64 bytes, for a tensor of up to 8
  /// bytes to 8. All but memory that was adopted or borrowed is.
  bool is_aligned() const;

  /// This tensor, copied unless it is aligned.
  Tensor aligned(SourceLocation where = SourceLocation::current()) const;

  /// True if the storage is memory of someone else: see `borrow`.
  bool is_borrowed() const { return is_borrowed_; }

  /// True if no other Tensor shares the storage, and it is not borrowed.
  bool is_unique() const;

  /// As NumPy's `print(array)` writes it.
  std::string to_string() const;

  /// Same dtype, same shape, equal elements (so NaN differs from NaN, and 0.0 equals -0.0).
  friend bool operator==(const Tensor& a, const Tensor& b);

 private:
  static Tensor copy_of(DType dtype, const Shape& shape, const void* values, std::size_t count,
                        SourceLocation where);
  static Tensor copy_of(const Shape& shape, const std::vector<bool>& values, SourceLocation where);
  template <class T>
  static Tensor adopt(const Shape& shape, std::vector<T>& values, SourceLocation where);
  static Tensor borrow(DType dtype, const Shape& shape, const void* values, std::size_t count,
                       std::shared_ptr<const void> keep_alive, SourceLocation where);
  template <Element T>
  Tensor(const NestedValues<T>& nested, SourceLocation where)
      : Tensor(from(nested.shape(), nested.values(), where)) {}
  void swap(Tensor& other) noexcept;
  std::size_t position(std::initializer_list<AnyInteger> indices, SourceLocation where) const;
  void check_dtype(DType wanted, SourceLocation where) const;
  void check_single(SourceLocation where) const;

  TensorSpec spec_;
  std::int64_t num_elements_ = 0;
  bool is_borrowed_ = false;            // the storage is read only
  std::shared_ptr<std::byte> storage_;  // never null
};

std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

/// True if dtype, shape and every byte agree (so NaN equals itself, and 0.0 differs from -0.0).
bool bitwise_equal(const Tensor& a, const Tensor& b);

}  // namespace deft
