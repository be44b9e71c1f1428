#include <string>

#include <deft/core/conversion.hpp>
#include <deft/core/tensor.hpp>

#include "value_error.hpp"

// Single elements of tensors, and elements as other types.

namespace deft {
namespace {

std::string list(std::initializer_list<AnyInteger> indices) {
  std::string text;
  for (const AnyInteger& index : indices) text += (text.empty() ? "" : ", ") + index.to_string();
  return "(" + text + ")";
}

}  // namespace

std::size_t Tensor::position(std::initializer_list<AnyInteger> indices,
                             SourceLocation where) const {
  const auto fail = [&](const std::string& why, const std::string& cure) {
    throw_value_error(ErrorCode::invalid_argument,
                      "there is no element " + list(indices) + " in a tensor " +
                          deft::to_string(spec_) + ": " + why,
                      cure, where);
  };
  const std::size_t rank = shape().rank();
  if (indices.size() != rank)
    fail(std::to_string(indices.size()) + (indices.size() == 1 ? " index is" : " indices are") +
             " given, but its rank is " + std::to_string(rank),
         "give one index per dimension");
  std::int64_t position = 0;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const AnyInteger& index = indices.begin()[axis];
    const std::int64_t size = shape().dims()[axis];
    if (!index.fits() || index.value() < 0 || index.value() >= size)
      fail("index " + index.to_string() + " is outside dimension " + std::to_string(axis) +
               ", which is " + std::to_string(size),
           "count from 0, up to the dimension less 1");
    position = position * size + index.value();
  }
  return static_cast<std::size_t>(position);
}

Tensor Tensor::to(DType wanted, SourceLocation where) const {
  if (wanted == dtype()) return *this;
  Tensor result = uninitialized(wanted, shape(), where);
  const Row row{.inputs = {raw()},
                .output = result.storage_.get(),
                .count = static_cast<std::size_t>(num_elements_)};
  conversion(dtype(), wanted)(row);
  return result;
}

template <Element T>
std::vector<T> Tensor::to() const {
  const Tensor converted = to(dtype_of<T>());
  const std::span<const T> elements = converted.data<T>();
  return {elements.begin(), elements.end()};
}

template std::vector<float> Tensor::to() const;
template std::vector<double> Tensor::to() const;
template std::vector<std::int32_t> Tensor::to() const;
template std::vector<std::int64_t> Tensor::to() const;
template std::vector<bool> Tensor::to() const;
template std::vector<std::uint8_t> Tensor::to() const;
template std::vector<std::int8_t> Tensor::to() const;
template std::vector<std::int16_t> Tensor::to() const;
template std::vector<std::uint16_t> Tensor::to() const;
template std::vector<std::uint32_t> Tensor::to() const;
template std::vector<std::uint64_t> Tensor::to() const;
template std::vector<Half> Tensor::to() const;
template std::vector<BFloat16> Tensor::to() const;

}  // namespace deft
