#include "export/function_library.hpp"

#include <utility>

#include "export/proto_writer.hpp"

namespace deft::onnx {

std::string FunctionLibrary::add(const std::string& op, FunctionProto function,
                                 std::vector<Tensor> tensors) {
  std::map<std::string, std::string>& known = names_[op];
  const auto [entry, is_new] = known.emplace(write_function(function), op);
  if (!is_new) return entry->second;
  if (known.size() > 1) entry->second += '.' + std::to_string(known.size());
  function.name = entry->second;
  functions_.push_back(std::move(function));
  tensors_.push_back(std::move(tensors));
  return entry->second;
}

}  // namespace deft::onnx
