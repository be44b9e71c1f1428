#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "export/export_table.hpp"

// Bits of integers. ONNX has the functions of bits from opset 18 on, and shifts of unsigned
// integers before: what is written here are these, and arithmetic.
namespace deft::onnx {
namespace {

constexpr std::int64_t bits = 64;

bool is_unsigned(DType dtype) {
  return dtype == DType::u8 || dtype == DType::u16 || dtype == DType::u32 || dtype == DType::u64;
}

/// i64 as the dtype of the result, modulo 2^bits.
void finish(const ExportContext& node, const ValueName& y) {
  node.make("Cast", {y}, {to(node.spec().dtype)});
}

ValueName shift(NodeWriter& writer, const ValueName& x, const ValueName& count,
                const char* direction) {
  return writer.add("BitShift", {x, count}, {attribute("direction", std::string(direction))});
}

/// The bits of x, [s] -> i64 [s, 64] of 0 and 1, from the lowest on: each is shifted to the highest
/// place, and from there to the lowest.
ValueName spread(NodeWriter& writer, const ValueName& x) {
  constexpr std::uint64_t last = bits - 1;
  std::vector<std::uint64_t> above;
  for (std::uint64_t i = 0; i < bits; ++i) above.push_back(last - i);
  const ValueName wide = writer.unsqueezed(writer.cast(x, DType::u64), {-1});
  const ValueName high = shift(writer, wide, writer.constant(Tensor::from(above)), "LEFT");
  const ValueName one = shift(writer, high, writer.constant(Tensor::scalar(last)), "RIGHT");
  return writer.cast(one, DType::i64);
}

/// What `spread` came from: the sum of the places of the bits, modulo 2^64. As a product, since
/// onnxruntime rounds sums of i64.
void gather_bits(const ExportContext& node, const ValueName& spread_bits) {
  NodeWriter& writer = node.writer();
  std::vector<std::int64_t> values(bits);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<std::int64_t>(std::uint64_t{1} << i);
  finish(node, writer.add("MatMul", {spread_bits, writer.integers(values, "places")}));
}

/// a b, a + b - a b or a + b - 2 a b of bits a and b.
template <std::int64_t sums, std::int64_t products>
void write_binary(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName a = spread(writer, node.input(0));
  const ValueName b = spread(writer, node.input(1));
  const ValueName product =
      writer.add("Mul", {writer.add("Mul", {a, b}), writer.integer(products)});
  if (sums == 0) return gather_bits(node, product);
  gather_bits(node, writer.add("Add", {writer.add("Add", {a, b}), product}));
}

/// -1 - x, in i64
void write_not(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName wide = writer.cast(node.input(), DType::i64);
  const ValueName y = writer.add("Sub", {writer.integer(-1), wide});
  finish(node, y);
}

/// Whether all bits are moved out: the count is negative, or not below their number.
ValueName is_all(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const auto width = static_cast<std::int64_t>(8 * size_of(node.dtype()));
  const ValueName count = writer.cast(node.input(1), DType::u64);
  const ValueName last = writer.constant(Tensor::scalar(static_cast<std::uint64_t>(width - 1)));
  return writer.add("Less", {last, count});
}

/// u64, shifted by u64 counts, of which those that move all out count as 0.
ValueName shifted(const ExportContext& node, const ValueName& x, const ValueName& moves_all,
                  const char* direction) {
  NodeWriter& writer = node.writer();
  const ValueName counts = writer.cast(node.input(1), DType::i64);
  const ValueName count = writer.select(moves_all, writer.integer(0), counts, DType::i64);
  return shift(writer, writer.cast(x, DType::u64), writer.cast(count, DType::u64), direction);
}

void write_left_shift(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName all = is_all(node);
  const ValueName y = writer.cast(shifted(node, node.input(0), all, "LEFT"), DType::i64);
  finish(node, writer.select(all, writer.integer(0), y, DType::i64));
}

/// Of a negative x the complement is shifted: -1 - ((-1 - x) >> count).
void write_right_shift(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName all = is_all(node);
  const ValueName zero = writer.integer(0);
  const ValueName minus_one = writer.integer(-1);
  const ValueName x = writer.cast(node.input(0), DType::i64);
  if (is_unsigned(node.dtype())) {
    const ValueName y = writer.cast(shifted(node, x, all, "RIGHT"), DType::i64);
    return finish(node, writer.select(all, zero, y, DType::i64));
  }
  const ValueName is_negative = writer.add("Less", {x, zero});
  const ValueName complement = writer.add("Sub", {minus_one, x});
  const ValueName positive = writer.select(is_negative, complement, x, DType::i64);
  const ValueName moved = writer.cast(shifted(node, positive, all, "RIGHT"), DType::i64);
  const ValueName y = writer.select(all, zero, moved, DType::i64);
  finish(node, writer.select(is_negative, writer.add("Sub", {minus_one, y}), y, DType::i64));
}

constexpr std::array bit_functions{
    OpExport{"bitwise_and", as_function<write_binary<0, 1>>},
    OpExport{"bitwise_or", as_function<write_binary<1, -1>>},
    OpExport{"bitwise_xor", as_function<write_binary<1, -2>>},
    OpExport{"bitwise_not", as_function<write_not>},
    OpExport{"left_shift", as_function<write_left_shift>},
    OpExport{"right_shift", as_function<write_right_shift>},
};

}  // namespace

std::span<const OpExport> bit_exports() { return bit_functions; }

}  // namespace deft::onnx
