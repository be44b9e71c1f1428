#include <deft/core/op_def.hpp>

#include <utility>

namespace deft {

void InferContext::fail(ErrorCode code, std::string message, std::string cure) const {
  throw Refusal{code, std::move(message), std::move(cure)};
}

}  // namespace deft
