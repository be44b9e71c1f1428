#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "export/export_table.hpp"

namespace deft::onnx {
namespace {

using Integers = std::vector<std::int64_t>;

AttributeProto keep_dims(bool kept) { return attribute("keepdims", std::int64_t{kept}); }

/// All axes, if the node names none.
Integers axes_of(const ExportContext& node) {
  if (node.has("axes")) return node.integers("axes");
  Integers all;
  for (std::size_t i = 0; i < node.rank(); ++i) all.push_back(static_cast<std::int64_t>(i));
  return all;
}

/// A reduction of `x`. Over no axes, where ONNX would take all, it is x itself. ReduceSum has its
/// axes as an input, the others at this opset as an attribute.
void reduce_to(const ExportContext& node, const ValueName& output, const std::string& op,
               const ValueName& x, bool kept) {
  NodeWriter& writer = node.writer();
  const Integers axes = axes_of(node);
  if (axes.empty()) return writer.add_to({output}, "Identity", {x});
  if (op == "ReduceSum")
    return writer.add_to({output}, op, {x, writer.integers(axes, "axes")}, {keep_dims(kept)});
  writer.add_to({output}, op, {x}, {attribute("axes", axes), keep_dims(kept)});
}

template <OpName name>
void export_reduction(const ExportContext& node) {
  reduce_to(node, node.output(), name.text, node.input(), node.flag("keep_dims"));
}

/// The mean, and that of the squares of what differs from it.
void write_moments(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName mean = writer.new_name("mean");
  reduce_to(node, mean, "ReduceMean", node.input(), true);
  const ValueName deviation = writer.add("Sub", {node.input(), mean});
  const ValueName square = writer.add("Mul", {deviation, deviation});
  reduce_to(node, node.output(0), "ReduceMean", node.input(), node.flag("keep_dims"));
  reduce_to(node, node.output(1), "ReduceMean", square, node.flag("keep_dims"));
}

void export_cumsum(const ExportContext& node) {
  const ValueName axis = node.writer().integer(node.axis("axis", node.rank()));
  node.make("CumSum", {node.input(), axis},
            {attribute("exclusive", std::int64_t{node.flag("exclusive")}),
             attribute("reverse", std::int64_t{node.flag("reverse")})});
}

/// For each element along the axis the product of those elements of which `comparison` holds for
/// the numbers of the one and the other: x [.., n, ..] -> [.., n, n, ..] -> [.., n, ..]
void product_of(const ExportContext& node, const std::string& comparison) {
  NodeWriter& writer = node.writer();
  const std::int64_t axis = node.axis("axis", node.rank());
  const ValueName count = writer.count_up(writer.dimension(node.input(), axis));
  ValueName taken = writer.add(comparison, {count, writer.unsqueezed(count, {1})});
  Integers behind;
  for (auto i = static_cast<std::size_t>(axis) + 1; i < node.rank(); ++i)
    behind.push_back(static_cast<std::int64_t>(behind.size()) + 2);
  if (comparison == "Equal") taken = writer.add("Not", {taken});
  if (!behind.empty()) taken = writer.unsqueezed(taken, behind);
  const ValueName one = writer.integer(1, node.dtype());
  const ValueName factors =
      writer.select(taken, writer.unsqueezed(node.input(), {axis}), one, node.dtype());
  node.make("ReduceProd", {factors}, {attribute("axes", Integers{axis + 1}), keep_dims(false)});
}

void write_cumprod(const ExportContext& node) {
  const bool reverse = node.flag("reverse");
  const char* within = reverse ? "GreaterOrEqual" : "LessOrEqual";
  const char* before = reverse ? "Greater" : "Less";
  product_of(node, node.flag("exclusive") ? before : within);
}

void write_prod_of_others(const ExportContext& node) { product_of(node, "Equal"); }

void export_prod_of_others(const ExportContext& node) {
  if (node.inputs().size() > 1)
    node.refuse(
        "it is a derivative of a product of others; export the model without its "
        "gradients");
  node.call(write_prod_of_others);
}

constexpr std::array reductions{
    OpExport{"reduce_sum", export_reduction<"ReduceSum">},
    OpExport{"reduce_mean", export_reduction<"ReduceMean">},
    OpExport{"reduce_max", export_reduction<"ReduceMax">},
    OpExport{"reduce_min", export_reduction<"ReduceMin">},
    OpExport{"reduce_prod", export_reduction<"ReduceProd">},
    OpExport{"moments", as_function<write_moments>},
    OpExport{"cumsum", export_cumsum},
    OpExport{"cumprod", as_function<write_cumprod>},
    OpExport{"prod_of_others", export_prod_of_others},
};

}  // namespace

std::span<const OpExport> reduction_exports() { return reductions; }

}  // namespace deft::onnx
