#pragma once

#include <map>
#include <string>
#include <vector>

#include <deft/core/tensor.hpp>

#include "proto.hpp"

namespace deft::onnx {

/// The functions of a model: what ONNX's operations do not say bit for bit, by a body that says it
/// nearly. The body is written for the shapes and dtypes of one node; nodes with the same body
/// share a function.
class FunctionLibrary {
 public:
  /// The name of the function for this operation of deft, which is yet without one: "moments", or
  /// "moments.2" where another body has that name. Its nodes refer to `tensors`.
  std::string add(const std::string& op, FunctionProto function, std::vector<Tensor> tensors);

  const std::vector<FunctionProto>& functions() const { return functions_; }

 private:
  std::map<std::string, std::map<std::string, std::string>> names_;  // by operation and bytes
  std::vector<FunctionProto> functions_;
  std::vector<std::vector<Tensor>> tensors_;
};

}  // namespace deft::onnx
