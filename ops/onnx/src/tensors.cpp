#include "tensors.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>

namespace deft::onnx {
namespace {

static_assert(std::endian::native == std::endian::little);  // as the raw elements are

class TensorReader {
 public:
  TensorReader(const TensorProto& proto, ExternalData& external, const std::string& model,
               SourceLocation where)
      : proto_(proto), external_(external), model_(model), where_(where) {}

  Tensor read() const {
    const std::optional<DType> dtype = dtype_of(proto_.type);
    if (!dtype)
      fail("its elements are " + name_of(proto_.type) + ", for which deft has no dtype",
           "convert the model to a type that deft has");
    const Shape shape = shape_of();
    const std::size_t size = shape.num_bytes(*dtype, where_);
    if (proto_.is_external) {
      external_.check(proto_, size);
      Tensor tensor = Tensor::uninitialized(*dtype, shape);
      external_.read(proto_, {static_cast<std::byte*>(tensor.mutable_raw()), size});
      return checked(std::move(tensor));
    }
    if (proto_.raw) {
      check_count("bytes", proto_.raw->size(), size);
      Tensor tensor = Tensor::uninitialized(*dtype, shape);
      if (size != 0) std::memcpy(tensor.mutable_raw(), proto_.raw->data(), size);
      return checked(std::move(tensor));
    }
    return visit_dtype(*dtype, [&]<class T>(std::type_identity<T>) { return typed<T>(shape); });
  }

 private:
  Shape shape_of() const {
    const std::string cure = "save the model again";
    if (proto_.dims.size() > Shape::max_rank)
      fail("it has " + std::to_string(proto_.dims.size()) +
               " dimensions, and deft's tensors at most " + std::to_string(Shape::max_rank),
           "reshape it");
    for (const std::int64_t size : proto_.dims)
      if (size < 0) fail("it has the dimension " + std::to_string(size), cure);
    try {
      Shape shape{std::span<const std::int64_t>(proto_.dims)};
      shape.num_bytes(DType::f64);
      return shape;
    } catch (const ValueError& error) {
      fail(error.info().message, cure);
    }
  }

  /// From the field that holds elements of type T.
  template <class T>
  Tensor typed(const Shape& shape) const {
    if constexpr (std::is_same_v<T, float>)
      return converted<T>(shape, proto_.f32);
    else if constexpr (std::is_same_v<T, double>)
      return converted<T>(shape, proto_.f64);
    else if constexpr (std::is_same_v<T, std::int64_t>)
      return converted<T>(shape, proto_.i64);
    else if constexpr (std::is_same_v<T, std::uint32_t> || std::is_same_v<T, std::uint64_t>)
      return converted<T>(shape, proto_.u64);
    else
      return converted<T>(shape, proto_.i32);
  }

  /// A 16-bit float is there as its bits, other elements as what they are.
  template <class T, class From>
  static T element(From value) {
    if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>)
      return T::from_bits(static_cast<std::uint16_t>(value));
    else
      return static_cast<T>(value);
  }

  template <class T, class From>
  Tensor converted(const Shape& shape, const std::vector<From>& elements) const {
    check_count("elements", elements.size(), static_cast<std::uint64_t>(shape.num_elements()));
    Tensor tensor = Tensor::uninitialized(dtype_of<T>(), shape);
    auto to = tensor.mutable_data<T>().begin();
    for (const From value : elements) *to++ = element<T>(value);
    return tensor;
  }

  /// A bool is 0 or 1 in memory, whatever the file holds.
  static Tensor checked(Tensor tensor) {
    if (tensor.dtype() != DType::boolean) return tensor;
    auto* bytes = static_cast<std::uint8_t*>(tensor.mutable_raw());
    for (std::size_t i = 0; i < tensor.num_bytes(); ++i) bytes[i] = bytes[i] != 0 ? 1 : 0;
    return tensor;
  }

  void check_count(const char* what, std::uint64_t is, std::uint64_t needed) const {
    if (is != needed)
      fail("it has " + std::to_string(is) + ' ' + what + ", but its shape needs " +
               std::to_string(needed),
           "save the model again");
  }

  [[noreturn]] void fail(const std::string& problem, const std::string& cure) const {
    throw FileError({.code = ErrorCode::file_format,
                     .message = model_ + ": tensor \"" + proto_.name + "\": " + problem,
                     .cure = cure,
                     .where = where_});
  }

  template <class T>
  static constexpr DType dtype_of() {
    return deft::dtype_of<T>();
  }
  static std::optional<DType> dtype_of(ElementType type) { return onnx::dtype_of(type); }

  const TensorProto& proto_;
  ExternalData& external_;
  const std::string& model_;
  SourceLocation where_;
};

}  // namespace

std::optional<DType> dtype_of(ElementType type) {
  switch (type) {
    case ElementType::f32:
      return DType::f32;
    case ElementType::f64:
      return DType::f64;
    case ElementType::i32:
      return DType::i32;
    case ElementType::i64:
      return DType::i64;
    case ElementType::boolean:
      return DType::boolean;
    case ElementType::u8:
      return DType::u8;
    case ElementType::i8:
      return DType::i8;
    case ElementType::u16:
      return DType::u16;
    case ElementType::i16:
      return DType::i16;
    case ElementType::u32:
      return DType::u32;
    case ElementType::u64:
      return DType::u64;
    case ElementType::f16:
      return DType::f16;
    case ElementType::bf16:
      return DType::bf16;
    default:
      return {};
  }
}

ElementType type_of(DType dtype) {
  for (std::int32_t number = 1; number <= static_cast<std::int32_t>(ElementType::bf16); ++number)
    if (dtype_of(ElementType{number}) == dtype) return ElementType{number};
  throw InternalError("ONNX has no element type for " + std::string(to_string(dtype)));
}

std::string name_of(ElementType type) {
  constexpr std::array names{
      "UNDEFINED",      "FLOAT",      "UINT8",          "INT8",       "UINT16",   "INT16",
      "INT32",          "INT64",      "STRING",         "BOOL",       "FLOAT16",  "DOUBLE",
      "UINT32",         "UINT64",     "COMPLEX64",      "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN",
      "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4",      "INT4",     "FLOAT4E2M1"};
  const auto number = static_cast<std::size_t>(type);
  return number < names.size() ? names[number]
                               : "type " + std::to_string(static_cast<std::int32_t>(type));
}

Tensor tensor_of(const TensorProto& proto, ExternalData& external, const std::string& model,
                 SourceLocation where) {
  return TensorReader(proto, external, model, where).read();
}

}  // namespace deft::onnx
