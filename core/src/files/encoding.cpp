#include "files/encoding.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace deft {
namespace {

// Tensors are written as they stand in memory.
static_assert(std::endian::native == std::endian::little);

constexpr std::array encodings{
    Encoding{"f4", "F32", 0x0D, DType::f32},    Encoding{"f8", "F64", 0x0E, DType::f64},
    Encoding{"i4", "I32", 0x0C, DType::i32},    Encoding{"i8", "I64", -1, DType::i64},
    Encoding{"b1", "BOOL", -1, DType::boolean}, Encoding{"u1", "U8", 0x08, DType::u8},
    Encoding{"i1", "I8", 0x09, DType::i8},      Encoding{"i2", "I16", 0x0B, DType::i16},
    Encoding{"u2", "U16", -1, DType::u16},      Encoding{"u4", "U32", -1, DType::u32},
    Encoding{"u8", "U64", -1, DType::u64},      Encoding{"f2", "F16", -1, DType::f16},
    Encoding{"", "BF16", -1, DType::bf16},
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
  if (size == 1) return;
  for (std::size_t i = 0; i < elements.size(); i += size) {
    std::ranges::reverse(elements.subspan(i, size));
  }
}

void check_bools(const ByteReader& reader, std::uint64_t begin, std::span<const std::byte> read) {
  const auto bad = std::ranges::find_if(read, [](std::byte b) { return b > std::byte{1}; });
  if (bad == read.end()) return;
  reader.fail_at(begin + static_cast<std::uint64_t>(bad - read.begin()),
                 "a bool is " + std::to_string(std::to_integer<int>(*bad)),
                 "a bool is 0 or 1, so the file is damaged or was written wrongly");
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
  if (negative || !fits(shape_dims, size_of(encoding.dtype))) {
    std::string text;
    for (const std::uint64_t dim : dims) text += (text.empty() ? "" : ", ") + std::to_string(dim);
    reader.fail_at(position, "the size of a tensor of shape [" + text + "] does not fit in 63 bits",
                   "the file is damaged or was written wrongly");
  }
  return {&encoding, Shape(shape_dims)};
}

Tensor read_elements(ByteReader& reader, const ElementsInfo& info, ByteOrder order) {
  const TensorSpec spec{info.encoding->dtype, info.shape};
  reader.expect(info.bytes(), "a tensor " + to_string(spec));
  Tensor tensor = Tensor::uninitialized(spec.dtype, spec.shape, reader.where());
  const std::span to(static_cast<std::byte*>(tensor.mutable_raw()), tensor.num_bytes());
  const std::uint64_t begin = reader.position();
  reader.read(to);
  if (order == ByteOrder::big) reverse_bytes(to, size_of(spec.dtype));
  if (spec.dtype == DType::boolean) check_bools(reader, begin, to);
  return tensor;
}

std::span<const std::byte> bytes_of(const Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.raw()), tensor.num_bytes()};
}

}  // namespace deft
