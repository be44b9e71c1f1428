#include <array>
#include <cstdint>

#include "export/export_table.hpp"

namespace deft::onnx {
namespace {

/// The rest with the sign of x.
ValueName truncated_rest(NodeWriter& writer, const ValueName& x, const ValueName& y) {
  return writer.add("Mod", {x, y}, {attribute("fmod", std::int64_t{1})});
}

/// The rest with the sign of y, which of floating numbers ONNX has with the sign of x alone.
ValueName floored_rest(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName& x = node.input(0);
  const ValueName& y = node.input(1);
  if (is_integer(node.dtype())) return writer.add("Mod", {x, y});
  const ValueName zero = writer.number(0, node.dtype());
  const ValueName rest = truncated_rest(writer, x, y);
  const ValueName signs_differ =
      writer.add("Xor", {writer.add("Less", {rest, zero}), writer.add("Less", {y, zero})});
  const ValueName is_rest = writer.add("Not", {writer.add("Equal", {rest, zero})});
  return writer.select(writer.add("And", {is_rest, signs_differ}), writer.add("Add", {rest, y}),
                       rest, node.dtype());
}

void export_trunc_mod(const ExportContext& node) {
  node.make("Mod", {attribute("fmod", std::int64_t{1})});
}

void write_floor_mod(const ExportContext& node) { node.make("Identity", {floored_rest(node)}); }

void export_floor_mod(const ExportContext& node) {
  if (is_integer(node.dtype())) return node.make("Mod");
  node.call(write_floor_mod);
}

/// (x - rest) / y, which is exact but for rounding to an integer; where there is no rest, as where
/// y is 0, the quotient itself.
void write_floor_div(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName rest = floored_rest(node);
  const ValueName whole = writer.add("Sub", {node.input(0), rest});
  if (is_integer(node.dtype())) return node.make("Div", {whole, node.input(1)});
  const ValueName quotient = writer.add("Round", {writer.add("Div", {whole, node.input(1)})});
  const ValueName plain = writer.add("Floor", {writer.add("Div", node.inputs())});
  writer.select_to(node.output(), writer.add("IsNaN", {rest}), plain, quotient, node.dtype());
}

constexpr std::array divisions{
    OpExport{"floor_div", as_function<write_floor_div>},
    OpExport{"floor_mod", export_floor_mod},
    OpExport{"trunc_mod", export_trunc_mod},
};

}  // namespace

std::span<const OpExport> division_exports() { return divisions; }

}  // namespace deft::onnx
