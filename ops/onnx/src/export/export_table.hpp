#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "export/export_context.hpp"

namespace deft::onnx {

/// How the built-in operation of this name is exported.
struct OpExport {
  std::string_view name;  // OpDef::name
  Export write = nullptr;
};

/// The entry of a built-in operation, or nullptr.
const OpExport* find_export(std::string_view name);

/// All entries, in the order of families.
std::vector<OpExport> all_exports();

/// Why the operation of this name, for which there is no entry, cannot be exported.
std::string_view reason_against_export(std::string_view name);

// The operations of each family.
std::span<const OpExport> bit_exports();
std::span<const OpExport> division_exports();
std::span<const OpExport> elementwise_exports();
std::span<const OpExport> function_exports();
std::span<const OpExport> indexing_exports();
std::span<const OpExport> movement_exports();
std::span<const OpExport> product_exports();
std::span<const OpExport> reduction_exports();
std::span<const OpExport> shape_exports();
std::span<const OpExport> triangle_exports();
std::span<const OpExport> window_exports();
std::span<const OpExport> window_gradient_exports();

}  // namespace deft::onnx
