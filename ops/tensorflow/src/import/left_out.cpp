#include "import/left_out.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "data_types.hpp"

namespace deft::tensorflow {
namespace {

bool is_text(const NodeDef& node, std::string_view attribute) {
  const auto* const type = node.get<TypeDef>(attribute);
  return type != nullptr && type->number == string_type;
}

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& ops, std::string_view op) {
  return std::ranges::find(ops, op) != ops.end();
}

}  // namespace

bool is_for_tensorflow(const NodeDef& node) {
  constexpr std::array<std::string_view, 18> ops{"SaveV2",
                                                 "RestoreV2",
                                                 "MergeV2Checkpoints",
                                                 "ShardedFilename",
                                                 "ShardedFilespec",
                                                 "StringJoin",
                                                 "Save",
                                                 "SaveSlices",
                                                 "Restore",
                                                 "RestoreSlice",
                                                 "ScalarSummary",
                                                 "HistogramSummary",
                                                 "ImageSummary",
                                                 "AudioSummary",
                                                 "TensorSummary",
                                                 "TensorSummaryV2",
                                                 "MergeSummary",
                                                 "StaticRegexFullMatch"};
  constexpr std::array<std::string_view, 7> movers{
      "Select", "Const", "Placeholder", "PlaceholderWithDefault", "Identity", "Pack", "Reshape"};
  if (is_one_of(ops, node.op)) return true;
  return is_one_of(movers, node.op) && (is_text(node, "dtype") || is_text(node, "T"));
}

bool hands_on(const NodeDef& node) {
  constexpr std::array<std::string_view, 6> ops{"Identity", "IdentityN",        "NoOp",
                                                "Assign",   "AssignVariableOp", "Reshape"};
  return is_one_of(ops, node.op);
}

}  // namespace deft::tensorflow
