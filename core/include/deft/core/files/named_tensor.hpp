#pragma once

#include <string>

#include <deft/core/tensor.hpp>

namespace deft {

/// One of the tensors of a file.
struct NamedTensor {
  std::string name;  // not empty, UTF-8
  Tensor tensor;
};

}  // namespace deft
