#include "files/encoding.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace deft {
namespace {

// Tensors are written as they stand in memory.
static_assert(std::endian::native == std::endian::little);

/// Half precision: 1 bit of sign, 5 of exponent, 10 of fraction.
float widen_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  const std::uint32_t magnitude = half & 0x7FFFU;
  if (magnitude >= 0x7C00U) return std::bit_cast<float>(sign | 0x7F800000U | magnitude << 13U);
  // The bits, moved to their places, are a float 2^112 times too small; a product is exact, and
  // makes subnormal numbers normal.
  const auto scaled = std::bit_cast<float>(magnitude << 13U) * 0x1p112F;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | sign);
}

/// The upper half of a float.
float widen_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

template <class From, class To>
To widen_integer(From value) {
  return value;
}

template <class From, class To, To (*convert)(From)>
void widen_all(const std::byte* from, std::size_t count, std::byte* to) {
  for (std::size_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + i * sizeof(From), sizeof(From));
    const To wide = convert(value);
    std::memcpy(to + i * sizeof(To), &wide, sizeof(To));
  }
}

template <class From, class To>
constexpr auto widen_to = widen_all<From, To, widen_integer<From, To>>;

/// Those that tensors are written in come first.
constexpr std::array encodings{
    Encoding{"f4", "F32", 0x0D, 4, DType::f32},
    Encoding{"f8", "F64", 0x0E, 8, DType::f64},
    Encoding{"i4", "I32", 0x0C, 4, DType::i32},
    Encoding{"i8", "I64", -1, 8, DType::i64},
    Encoding{"b1", "BOOL", -1, 1, DType::boolean},
    Encoding{"u1", "U8", 0x08, 1, DType::u8},
    Encoding{"f2", "F16", -1, 2, DType::f32, widen_all<std::uint16_t, float, widen_half>},
    Encoding{"", "BF16", -1, 2, DType::f32, widen_all<std::uint16_t, float, widen_bfloat16>},
    Encoding{"i1", "I8", 0x09, 1, DType::i32, widen_to<std::int8_t, std::int32_t>},
    Encoding{"i2", "I16", 0x0B, 2, DType::i32, widen_to<std::int16_t, std::int32_t>},
    Encoding{"u2", "U16", -1, 2, DType::i32, widen_to<std::uint16_t, std::int32_t>},
    Encoding{"u4", "U32", -1, 4, DType::i64, widen_to<std::uint32_t, std::int64_t>},
};

template <class Is>
const Encoding* find_encoding(const Is& is) {
  const auto* const found = std::ranges::find_if(encodings, is);
  return found == encodings.end() ? nullptr : found;
}

/// The product of the dimensions that are not 0 and `size`, in 63 bits. False if it has more: a
/// shape does not become possible by a 0.
bool fits(std::span<const std::int64_t> dims, std::size_t size) {
  auto product = static_cast<std::int64_t>(size);
  return std::ranges::all_of(dims, [&](std::int64_t dim) {
    return dim == 0 || !__builtin_mul_overflow(product, dim, &product);
  });
}

void reverse_bytes(std::span<std::byte> elements, std::size_t size) {
  for (std::size_t i = 0; i < elements.size(); i += size) {
    std::ranges::reverse(elements.subspan(i, size));
  }
}

void read_same(ByteReader& reader, const Encoding& encoding, ByteOrder order,
               std::span<std::byte> to) {
  const std::uint64_t begin = reader.position();
  reader.read(to);
  if (order == ByteOrder::big && encoding.size > 1) reverse_bytes(to, encoding.size);
  if (encoding.dtype != DType::boolean) return;
  const auto bad = std::ranges::find_if(to, [](std::byte b) { return b > std::byte{1}; });
  if (bad == to.end()) return;
  reader.fail_at(begin + static_cast<std::uint64_t>(bad - to.begin()),
                 "a bool is " + std::to_string(std::to_integer<int>(*bad)),
                 "a bool is 0 or 1, so the file is damaged or was written wrongly");
}

void read_widened(ByteReader& reader, const Encoding& encoding, ByteOrder order, std::size_t count,
                  std::byte* to) {
  std::array<std::byte, std::size_t{1} << 14U> buffer;
  const std::size_t most = buffer.size() / encoding.size;
  while (count != 0) {
    const std::size_t piece = std::min(count, most);
    const auto narrow = std::span(buffer).first(piece * encoding.size);
    reader.read(narrow);
    if (order == ByteOrder::big) reverse_bytes(narrow, encoding.size);
    encoding.widen(narrow.data(), piece, to);
    to += piece * size_of(encoding.dtype);
    count -= piece;
  }
}

}  // namespace

const Encoding* find_npy_encoding(std::string_view type) {
  return type.empty() ? nullptr
                      : find_encoding([&](const Encoding& row) { return row.npy == type; });
}

const Encoding* find_safetensors_encoding(std::string_view type) {
  return find_encoding([&](const Encoding& row) { return row.safetensors == type; });
}

const Encoding* find_idx_encoding(int type) {
  return type < 0 ? nullptr : find_encoding([&](const Encoding& row) { return row.idx == type; });
}

const Encoding& encoding_of(DType dtype) {
  return *find_encoding([&](const Encoding& row) { return row.dtype == dtype; });
}

ElementsInfo describe_elements(const ByteReader& reader, std::uint64_t position,
                               const Encoding& encoding, std::span<const std::uint64_t> dims) {
  if (dims.size() > Shape::max_rank) {
    reader.fail_at(position,
                   "a tensor has rank " + std::to_string(dims.size()) +
                       ", but the highest rank of deft is " + std::to_string(Shape::max_rank),
                   "merge dimensions before you save it");
  }
  std::array<std::int64_t, Shape::max_rank> signed_dims{};
  std::ranges::transform(dims, signed_dims.begin(),
                         [](std::uint64_t dim) { return static_cast<std::int64_t>(dim); });
  const auto shape_dims = std::span<const std::int64_t>(signed_dims).first(dims.size());
  const bool negative = std::ranges::any_of(shape_dims, [](std::int64_t dim) { return dim < 0; });
  if (negative || !fits(shape_dims, std::max(encoding.size, size_of(encoding.dtype)))) {
    std::string text;
    for (const std::uint64_t dim : dims) text += (text.empty() ? "" : ", ") + std::to_string(dim);
    reader.fail_at(position, "the size of a tensor of shape [" + text + "] does not fit in 63 bits",
                   "the file is damaged or was written wrongly");
  }
  return {&encoding, Shape(shape_dims)};
}

Tensor read_elements(ByteReader& reader, const ElementsInfo& info, ByteOrder order) {
  const Encoding& encoding = *info.encoding;
  const TensorSpec spec{encoding.dtype, info.shape};
  reader.expect(info.bytes(), "a tensor " + to_string(spec));
  Tensor tensor = Tensor::uninitialized(spec.dtype, spec.shape, reader.where());
  auto* const to = static_cast<std::byte*>(tensor.mutable_raw());
  if (encoding.widen == nullptr) {
    read_same(reader, encoding, order, {to, tensor.num_bytes()});
  } else {
    read_widened(reader, encoding, order, static_cast<std::size_t>(tensor.num_elements()), to);
  }
  return tensor;
}

std::span<const std::byte> bytes_of(const Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.raw()), tensor.num_bytes()};
}

}  // namespace deft
