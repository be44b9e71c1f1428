#include "export/value_protos.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "tensors.hpp"

namespace deft::onnx {

ValueProto described(const std::string& name, const TensorSpec& spec) {
  std::vector<DimensionProto> dims;
  for (const std::int64_t size : spec.shape.dims()) {
    dims.emplace_back();
    if (size != Shape::unknown) dims.back().size = size;
  }
  return {.name = name, .is_tensor = true, .type = type_of(spec.dtype), .shape = std::move(dims)};
}

ValueProto described_input(const std::string& name, const TensorSpec& spec) {
  ValueProto input = described(name, spec);
  for (std::size_t i = 0; i < input.shape->size(); ++i) {
    DimensionProto& dimension = (*input.shape)[i];
    if (!dimension.size) dimension.name = i == 0 ? "batch" : name + '_' + std::to_string(i);
  }
  return input;
}

}  // namespace deft::onnx
