#include "export/export_table.hpp"

#include <algorithm>
#include <map>

namespace deft::onnx {

std::vector<OpExport> all_exports() {
  std::vector<OpExport> all;
  for (const std::span<const OpExport> family :
       {elementwise_exports(), division_exports(), function_exports(), bit_exports(),
        shape_exports(), movement_exports(), triangle_exports(), indexing_exports(),
        reduction_exports(), product_exports(), window_exports(), window_gradient_exports()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

const OpExport* find_export(std::string_view name) {
  static const std::map<std::string_view, OpExport> table = [] {
    std::map<std::string_view, OpExport> made;
    for (const OpExport& op : all_exports()) made.emplace(op.name, op);
    return made;
  }();
  const auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

std::string_view reason_against_export(std::string_view name) {
  if (name.starts_with("random_"))
    return "ONNX has no random numbers that come out the same again; make its output an input of "
           "the model by OnnxExportOptions::inputs";
  if (name.starts_with("assign") || name == "initialize")
    return "it changes a variable, and ONNX's models keep no state; export what computes the value";
  if (name == "linear_recurrence")
    return "gradients make it, and ONNX has no such operation; export the model without its "
           "gradients";
  if (name == "check_finite" || name == "no_op") return "it has no output that a model could have";
  return "ONNX has no such operation; make its output an input of the model by "
         "OnnxExportOptions::inputs";
}

}  // namespace deft::onnx
