#include "op_table.hpp"

#include <map>
#include <utility>

namespace deft::onnx {

std::vector<OpImport> all_ops() {
  std::vector<OpImport> all;
  const auto append = [&](std::span<const OpImport> family, bool elementwise) {
    for (const OpImport& op : family) {
      all.push_back(op);
      all.back().elementwise = elementwise;
    }
  };
  for (const auto family : {arithmetic_ops(), function_ops(), logic_ops()}) append(family, true);
  for (const auto family :
       {control_ops(), convolution_ops(), dropout_ops(), fill_ops(), image_ops(), indexing_ops(),
        ml_ops(), movement_ops(), normalization_ops(), ordering_ops(), own_ops(), pool_ops(),
        product_ops(), quantization_ops(), reduction_ops(), shape_ops(), softmax_ops(),
        training_ops(), value_ops()})
    append(family, false);
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
