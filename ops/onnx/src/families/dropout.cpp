#include <array>
#include <vector>

#include <deft/ops/array.hpp>

#include "op_table.hpp"
#include "widened.hpp"

namespace deft::onnx {
namespace {

/// Whether a node drops anything: one that trains, with a ratio over 0. Between versions 7 and 11
/// nodes are those of models that evaluate.
bool drops(const NodeContext& node) {
  if (node.version() < 7) return !node.flag("is_test", false) && node.number("ratio", 0.5) != 0;
  if (node.version() < 12 || !node.has_input(2)) return false;
  if (!node.constant_input(2, "training_mode").item<bool>()) return false;
  return !node.has_input(1) || node.constant_input(1, "ratio").to<double>().at(0) != 0;
}

std::vector<Output> import_dropout(const NodeContext& node) {
  if (drops(node))
    node.refuse(
        "what it drops is drawn by the library that trains, and not reproducible; export the model "
        "for evaluation, or with a ratio of 0");
  const Output x = node.input(0);
  if (!node.wants_output(1)) return {identity(x)};
  return {identity(x), as_dtype(ones_like(as_dtype(x, computing_dtype(x.dtype()))),
                                node.version() < 10 ? x.dtype() : DType::boolean)};
}

constexpr std::array dropouts{OpImport{"Dropout", import_dropout}};

}  // namespace

std::span<const OpImport> dropout_ops() { return dropouts; }

}  // namespace deft::onnx
