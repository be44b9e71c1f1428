#pragma once

#include "ops/onnx/export/cases/elementwise.hpp"
#include "ops/onnx/export/cases/indexing.hpp"
#include "ops/onnx/export/cases/networks.hpp"
#include "ops/onnx/export/cases/numbers.hpp"
#include "ops/onnx/export/cases/shapes.hpp"
#include "ops/onnx/export/cases/windows.hpp"

namespace deft {

/// At least one for each operation that is exported.
inline std::vector<ExportCase> export_cases() {
  std::vector<ExportCase> all;
  for (const auto& family :
       {unary_cases(), binary_cases(), shape_cases(), movement_cases(), indexing_cases(),
        reduction_cases(), product_cases(), window_cases(), network_cases()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

}  // namespace deft
