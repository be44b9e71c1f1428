#include <deft/ops/random.hpp>

#include <deft/ops/array.hpp>

#include "handlers/handlers.hpp"

namespace deft::tensorflow {
namespace {

/// Draws that initial values are made of. Those of a step would need a counter of steps, which
/// TensorFlow's graphs do not have.
Random source_of(const NodeContext& context) {
  if (!context.is_initial())
    context.refuse("it draws anew in every step; only initial values are drawn at random");
  const std::int64_t seed = context.integer("seed", 0);
  const std::int64_t seed2 = context.integer("seed2", 0);
  const Output step = context.inside(
      [&] { return constant(context.graph(), Tensor::scalar<std::int64_t>(0), {.name = "step"}); });
  return Random(context.graph(), {.seed = seed ^ (seed2 << 32U), .step = step});
}

std::vector<Output> uniform_handler(const NodeContext& context) {
  return {random_uniform(source_of(context), context.dtype("dtype"), context.shape(0),
                         {.name = context.name()})};
}

std::vector<Output> normal_handler(const NodeContext& context) {
  return {random_normal(source_of(context), context.dtype("dtype"), context.shape(0),
                        {.name = context.name()})};
}

std::vector<Output> truncated_normal_handler(const NodeContext& context) {
  return {random_truncated_normal(source_of(context), context.dtype("dtype"), context.shape(0),
                                  {.name = context.name()})};
}

constexpr OpHandler handlers[] = {
    {"RandomStandardNormal", normal_handler},
    {"RandomUniform", uniform_handler},
    {"TruncatedNormal", truncated_normal_handler},
};

}  // namespace

constinit const OpHandlers random_handlers = handlers;

}  // namespace deft::tensorflow
