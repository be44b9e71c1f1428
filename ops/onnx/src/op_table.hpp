#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

#include "node_context.hpp"
#include "opset_range.hpp"

namespace deft::onnx {

/// How a node of ONNX becomes outputs of a graph: one for each of its outputs, empty where the node
/// does not want it. Throws Unsupported, or what builders throw.
using Import = std::vector<Output> (*)(const NodeContext& node);

/// An operation of ONNX that deft imports.
struct OpImport {
  std::string_view name;
  Import import = nullptr;
  /// The version of its domain from which on it means what `import` does.
  std::int64_t first_version = oldest_opset;
  std::string_view domain = "";
  /// Whether elements of outputs depend on those at the same place of inputs alone, which
  /// broadcast.
  bool elementwise = false;
};

/// The operation of this name and domain, or nullptr.
const OpImport* find_op(std::string_view domain, std::string_view name);

/// All operations, in the order of families.
std::vector<OpImport> all_ops();

// The operations of each family.
std::span<const OpImport> arithmetic_ops();
std::span<const OpImport> control_ops();
std::span<const OpImport> convolution_ops();
std::span<const OpImport> dropout_ops();
std::span<const OpImport> fill_ops();
std::span<const OpImport> function_ops();
std::span<const OpImport> image_ops();
std::span<const OpImport> indexing_ops();
std::span<const OpImport> logic_ops();
std::span<const OpImport> ml_ops();
std::span<const OpImport> movement_ops();
std::span<const OpImport> normalization_ops();
std::span<const OpImport> ordering_ops();
std::span<const OpImport> own_ops();
std::span<const OpImport> pool_ops();
std::span<const OpImport> product_ops();
std::span<const OpImport> quantization_ops();
std::span<const OpImport> reduction_ops();
std::span<const OpImport> shape_ops();
std::span<const OpImport> softmax_ops();
std::span<const OpImport> training_ops();
std::span<const OpImport> value_ops();

}  // namespace deft::onnx
