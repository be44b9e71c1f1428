#include "op_table.hpp"

#include <map>
#include <utility>

namespace deft::onnx {

std::vector<OpImport> all_ops() {
  std::vector<OpImport> all;
  for (const std::span<const OpImport> family :
       {control_ops(), convolution_ops(), dropout_ops(), image_ops(), ml_ops(), normalization_ops(),
        pool_ops(), reduction_ops(), softmax_ops(), training_ops()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

const OpImport* find_op(std::string_view domain, std::string_view name) {
  using Key = std::pair<std::string_view, std::string_view>;
  static const std::map<Key, OpImport> table = [] {
    std::map<Key, OpImport> made;
    for (const OpImport& op : all_ops()) made.emplace(Key{op.domain, op.name}, op);
    return made;
  }();
  const auto found = table.find({domain, name});
  return found == table.end() ? nullptr : &found->second;
}

}  // namespace deft::onnx
