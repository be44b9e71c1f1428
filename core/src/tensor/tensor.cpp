#include <deft/core/tensor.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/large_pages.hpp>
#include <deft/core/visit_dtype.hpp>

#include "value_error.hpp"

namespace deft {
namespace {

constexpr std::size_t alignment = 64;  // bytes: a cache line, and the widest vector

/// The storage of every tensor without elements: no memory to own, but a valid address.
std::shared_ptr<std::byte> no_storage() noexcept {
  alignas(alignment) static std::byte nothing[alignment];
  return {std::shared_ptr<std::byte>(), nothing};
}

/// `bytes` bytes for a tensor of `spec`.
std::shared_ptr<std::byte> allocate(std::size_t bytes, const TensorSpec& spec,
                                    SourceLocation where) {
  if (bytes == 0) return no_storage();
  try {
    void* const storage = ::operator new (bytes, std::align_val_t{alignment}, std::nothrow);
    if (storage == nullptr) throw std::bad_alloc();
    prefer_large_pages(storage, bytes);
    return {static_cast<std::byte*>(storage),
            [](std::byte* pointer) { ::operator delete (pointer, std::align_val_t{alignment}); }};
  } catch (const std::bad_alloc&) {
    throw_value_error(
        ErrorCode::resource_exhausted,
        "the system refused " + std::to_string(bytes) + " bytes for a tensor " + to_string(spec),
        "use smaller tensors or free memory", where);
  }
}

void check_spec(DType dtype, const Shape& shape, SourceLocation where) {
  if (size_of(dtype) == 0) {
    throw_value_error(ErrorCode::invalid_argument,
                      std::to_string(static_cast<int>(dtype)) + " is not a dtype",
                      "use one of the values of DType", where);
  }
  if (!shape.is_fully_defined()) {
    throw_value_error(
        ErrorCode::invalid_argument,
        "a tensor of shape " + shape.to_string() + " cannot be made: a dimension is unknown",
        "give every dimension a size", where);
  }
  static_cast<void>(shape.num_bytes(dtype, where));  // refuses sizes that overflow
}

void check_count(const Shape& shape, std::size_t count, SourceLocation where) {
  const std::int64_t wanted = shape.num_elements(where);
  if (count == static_cast<std::size_t>(wanted)) return;
  throw_value_error(ErrorCode::shape_mismatch,
                    "a tensor of shape " + shape.to_string() + " has " + std::to_string(wanted) +
                        " elements, but " + std::to_string(count) + " values are given",
                    "give one value per element, in row-major order", where);
}

}  // namespace

Tensor::Tensor() noexcept : spec_{DType::f32, Shape{0}}, storage_(no_storage()) {}

Tensor::Tensor(Tensor&& other) noexcept : Tensor() { swap(other); }

Tensor& Tensor::operator=(Tensor&& other) noexcept {
  Tensor taken(std::move(other));
  swap(taken);
  return *this;
}

void Tensor::swap(Tensor& other) noexcept {
  std::swap(spec_, other.spec_);
  std::swap(num_elements_, other.num_elements_);
  std::swap(is_borrowed_, other.is_borrowed_);
  storage_.swap(other.storage_);
}

Tensor Tensor::uninitialized(DType dtype, const Shape& shape, SourceLocation where) {
  check_spec(dtype, shape, where);
  Tensor result;
  result.spec_ = {dtype, shape};
  result.num_elements_ = shape.num_elements(where);
  result.storage_ = allocate(shape.num_bytes(dtype, where), result.spec_, where);
  return result;
}

Tensor Tensor::zeros(DType dtype, const Shape& shape, SourceLocation where) {
  Tensor result = uninitialized(dtype, shape, where);
  std::memset(result.storage_.get(), 0, result.num_bytes());
  return result;
}

Tensor Tensor::copy_of(DType dtype, const Shape& shape, const void* values, std::size_t count,
                       SourceLocation where) {
  check_spec(dtype, shape, where);
  check_count(shape, count, where);
  Tensor result = uninitialized(dtype, shape, where);
  if (count != 0) std::memcpy(result.storage_.get(), values, result.num_bytes());
  return result;
}

Tensor Tensor::copy_of(const Shape& shape, const std::vector<bool>& values, SourceLocation where) {
  check_spec(DType::boolean, shape, where);
  check_count(shape, values.size(), where);
  Tensor result = uninitialized(DType::boolean, shape, where);
  std::ranges::copy(values, result.mutable_data<bool>().begin());
  return result;
}

template <class T>
Tensor Tensor::adopt(const Shape& shape, std::vector<T>& values, SourceLocation where) {
  check_spec(dtype_of<T>(), shape, where);
  check_count(shape, values.size(), where);
  Tensor result;
  result.spec_ = {dtype_of<T>(), shape};
  result.num_elements_ = static_cast<std::int64_t>(values.size());
  if (values.empty()) return result;
  try {
    const auto owner = std::make_shared<std::vector<T>>();
    owner->swap(values);
    result.storage_ = {owner, reinterpret_cast<std::byte*>(owner->data())};
  } catch (const std::bad_alloc&) {
    throw_value_error(ErrorCode::resource_exhausted,
                      "the system refused memory for a tensor " + deft::to_string(result.spec_),
                      "use smaller tensors or free memory", where);
  }
  return result;
}

template Tensor Tensor::adopt(const Shape&, std::vector<float>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<double>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::int32_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::int64_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::uint8_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::int8_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::int16_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::uint16_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::uint32_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<std::uint64_t>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<Half>&, SourceLocation);
template Tensor Tensor::adopt(const Shape&, std::vector<BFloat16>&, SourceLocation);

Tensor Tensor::borrow(DType dtype, const Shape& shape, const void* values, std::size_t count,
                      std::shared_ptr<const void> keep_alive, SourceLocation where) {
  check_spec(dtype, shape, where);
  check_count(shape, count, where);
  Tensor result;
  result.spec_ = {dtype, shape};
  result.num_elements_ = shape.num_elements(where);
  if (count == 0) return result;
  result.is_borrowed_ = true;
  auto* const bytes = static_cast<std::byte*>(const_cast<void*>(values));
  result.storage_ = {std::move(keep_alive), bytes};
  return result;
}

Tensor Tensor::reshaped(const Shape& shape, SourceLocation where) const {
  check_spec(dtype(), shape, where);
  if (shape.num_elements(where) != num_elements_) {
    throw_value_error(ErrorCode::shape_mismatch,
                      "a tensor " + deft::to_string(spec_) + " of " +
                          std::to_string(num_elements_) + " elements cannot take shape " +
                          shape.to_string() + " of " + std::to_string(shape.num_elements(where)),
                      "both need the same number of elements", where);
  }
  Tensor result = *this;
  result.spec_.shape = shape;
  return result;
}

/// use_count() orders nothing. After the fence, all that other threads did through references that
/// they have dropped has happened, and the caller may write.
bool Tensor::is_unique() const {
  if (is_borrowed_ || storage_.use_count() > 1) return false;
#ifdef __SANITIZE_THREAD__  // which knows no fences; to make and drop a reference does the same
  std::shared_ptr<std::byte>(storage_).reset();
#else
  std::atomic_thread_fence(std::memory_order_acquire);
#endif
  return true;
}

void* Tensor::mutable_raw(SourceLocation where) {
  if (!is_unique()) {
    std::shared_ptr<std::byte> own = allocate(num_bytes(), spec_, where);
    std::memcpy(own.get(), storage_.get(), num_bytes());
    storage_ = std::move(own);
    is_borrowed_ = false;
  }
  return storage_.get();
}

bool Tensor::is_aligned() const {
  const auto address = reinterpret_cast<std::uintptr_t>(raw());
  return address % (num_bytes() > 8 ? alignment : 8) == 0;
}

Tensor Tensor::aligned(SourceLocation where) const {
  return is_aligned()
             ? *this
             : copy_of(dtype(), shape(), raw(), static_cast<std::size_t>(num_elements_), where);
}

void Tensor::check_dtype(DType wanted, SourceLocation where) const {
  if (wanted == dtype()) return;
  const std::string have(deft::to_string(dtype()));
  const std::string want(deft::to_string(wanted));
  throw_value_error(ErrorCode::dtype_mismatch,
                    "the elements of a tensor " + deft::to_string(spec_) + " are read as " + want,
                    "its dtype is " + have, where);
}

void Tensor::check_single(SourceLocation where) const {
  if (num_elements_ == 1) return;
  throw_value_error(ErrorCode::shape_mismatch,
                    "item() needs exactly one element, but a tensor " + deft::to_string(spec_) +
                        " has " + std::to_string(num_elements_),
                    "use data()", where);
}

bool operator==(const Tensor& a, const Tensor& b) {
  if (a.spec() != b.spec()) return false;
  return visit_dtype(a.dtype(), [&]<class T>(std::type_identity<T>) {
    return std::ranges::equal(a.data<T>(), b.data<T>());
  });
}

bool bitwise_equal(const Tensor& a, const Tensor& b) {
  return a.spec() == b.spec() &&
         (a.raw() == b.raw() || std::memcmp(a.raw(), b.raw(), a.num_bytes()) == 0);
}

}  // namespace deft
