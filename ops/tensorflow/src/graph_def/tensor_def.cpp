#include "graph_def/tensor_def.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <deft/core/visit_dtype.hpp>

#include "data_types.hpp"
#include "graph_def/fields.hpp"

namespace deft::tensorflow {
namespace {

namespace field = fields::tensor;

/// A list of fewer values than elements, of which the last is repeated, may stand for this many.
constexpr std::int64_t most_repeated = std::int64_t{1} << 24;

/// The field that lists the values, where the bytes of the elements do not stand as they are.
std::uint32_t values_field(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return field::float_val;
    case DType::f64:
      return field::double_val;
    case DType::i64:
      return field::int64_val;
    case DType::boolean:
      return field::bool_val;
    case DType::u32:
      return field::uint32_val;
    case DType::u64:
      return field::uint64_val;
    case DType::f16:
    case DType::bf16:
      return field::half_val;
    default:
      return field::int_val;
  }
}

Shape read_dims(WireReader reader) {
  std::vector<std::int64_t> dims;
  while (reader.next()) {
    if (reader.field() == fields::shape::unknown_rank && reader.varint<std::uint64_t>() != 0)
      reader.fail("a tensor has an unknown rank");
    if (reader.field() != fields::shape::dim) continue;
    WireReader dim = reader.message();
    std::int64_t size = 0;
    while (dim.next())
      if (dim.field() == fields::dim::size) size = dim.varint<std::int64_t>();
    if (size < 0) reader.fail("a tensor has the dimension " + std::to_string(size));
    if (dims.size() == Shape::max_rank)
      reader.fail("a tensor has a rank over " + std::to_string(Shape::max_rank));
    dims.push_back(size);
  }
  return Shape(dims);
}

/// An element of a value of the list, which has the bits of narrow floats as integers.
template <class E, class T>
E element(T value) {
  if constexpr (is_narrow_float<E>) {
    return E::from_bits(static_cast<std::uint16_t>(value));
  } else {
    return static_cast<E>(value);
  }
}

/// What is repeated is the last value, or zero where there is none.
template <class T>
CompactTensor from_values(const Shape& shape, const std::vector<T>& values, DType dtype,
                          const WireReader& reader) {
  const std::int64_t count = shape.num_elements();
  const auto given = static_cast<std::int64_t>(values.size());
  if (given > count)
    reader.fail("a tensor of " + std::to_string(count) + " elements has " + std::to_string(given) +
                " values");
  const bool is_repeated = given < count && given <= 1 && count > 1;
  if (given < count && !is_repeated && count > most_repeated)
    reader.fail("a list of " + std::to_string(given) + " values stands for " +
                std::to_string(count) + " elements, more than deft repeats");
  Tensor elements = Tensor::zeros(dtype, is_repeated ? Shape{} : shape);
  if (values.empty()) return {shape, elements};
  visit_dtype(dtype, [&]<class E>(std::type_identity<E>) {
    const auto out = elements.template mutable_data<E>();
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = element<E>(values[std::min(i, values.size() - 1)]);
  });
  return {shape, elements};
}

CompactTensor from_varints(const Shape& shape, DType dtype, WireReader reader) {
  std::vector<std::int64_t> values;
  const WireReader begin = reader;
  while (reader.next())
    if (reader.field() == values_field(dtype)) reader.append_varints(values);
  return from_values(shape, values, dtype, begin);
}

template <class T>
CompactTensor from_fixed(const Shape& shape, DType dtype, WireReader reader) {
  std::vector<T> values;
  const WireReader begin = reader;
  while (reader.next())
    if (reader.field() == values_field(dtype)) reader.append_fixed(values);
  return from_values(shape, values, dtype, begin);
}

CompactTensor from_content(const Shape& shape, DType dtype, std::string_view content,
                           const WireReader& reader) {
  const std::size_t wanted = shape.num_bytes(dtype);
  if (content.size() != wanted)
    reader.fail("the tensor " + to_string(TensorSpec{dtype, shape}) + " should have " +
                std::to_string(wanted) + " bytes, but has " + std::to_string(content.size()));
  if (dtype == DType::boolean && std::ranges::any_of(content, [](char c) { return (c & ~1) != 0; }))
    reader.fail("an element of a bool is neither 0 nor 1");
  Tensor elements = Tensor::uninitialized(dtype, shape);
  if (!content.empty()) std::memcpy(elements.mutable_raw(), content.data(), content.size());
  return {shape, elements};
}

}  // namespace

int type_of(const TensorDef& def) {
  WireReader reader = def.reader;
  int type = 0;
  while (reader.next())
    if (reader.field() == field::dtype) type = reader.varint<int>();
  return type;
}

CompactTensor read_tensor(const TensorDef& def) {
  WireReader reader = def.reader;
  Shape shape;
  std::string_view content;
  while (reader.next()) {
    if (reader.field() == field::shape) shape = read_dims(reader.message());
    if (reader.field() == field::content) content = reader.bytes();
  }
  const int type = type_of(def);
  const auto dtype = dtype_of_type(type);
  if (!dtype) reader.fail("a tensor is " + type_name(type) + ", which deft does not have");
  if (!content.empty()) return from_content(shape, *dtype, content, reader);
  if (*dtype == DType::f32) return from_fixed<float>(shape, *dtype, def.reader);
  if (*dtype == DType::f64) return from_fixed<double>(shape, *dtype, def.reader);
  return from_varints(shape, *dtype, def.reader);
}

}  // namespace deft::tensorflow
