#pragma once

#include <string>

#include <deft/core/error.hpp>
#include <deft/optim/minimize.hpp>

namespace deft {

/// Throws the GraphError of minimize, and of apply_gradients.
[[noreturn]] inline void refuse_to_minimize(const std::string& message, const std::string& cure,
                                            const MinimizeOptions& options) {
  throw GraphError({.code = ErrorCode::invalid_argument,
                    .message = message,
                    .cure = cure,
                    .op = "minimize",
                    .node = std::string(options.name),
                    .where = options.where});
}

}  // namespace deft
