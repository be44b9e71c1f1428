#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

#include "import/node_context.hpp"

// What becomes of TensorFlow's ops: a function for each, in a table for each family.
namespace deft::tensorflow {

using Handler = std::vector<Output> (*)(const NodeContext& context);

struct OpHandler {
  std::string_view op;
  Handler build;
  bool has_effect = false;  // whether it does more than give its outputs, so that it matters what
                            // waits for it
};

using OpHandlers = std::span<const OpHandler>;

extern const OpHandlers activation_handlers;
extern const OpHandlers array_handlers;
extern const OpHandlers constant_handlers;
extern const OpHandlers convolution_handlers;
extern const OpHandlers indexing_handlers;
extern const OpHandlers loss_handlers;
extern const OpHandlers math_handlers;
extern const OpHandlers normalization_handlers;
extern const OpHandlers optimizer_handlers;
extern const OpHandlers pooling_handlers;
extern const OpHandlers random_handlers;
extern const OpHandlers reduction_handlers;
extern const OpHandlers shape_handlers;
extern const OpHandlers slicing_handlers;
extern const OpHandlers state_handlers;

/// The handler of an op, or nullptr.
const OpHandler* find_handler(std::string_view op);

}  // namespace deft::tensorflow
