#include <deft/ops/random.hpp>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/state.hpp>

namespace deft {
namespace {

Output checked_step(const Graph& graph, const RandomOptions& options) {
  if (options.step.is_empty()) return global_step(graph, options.where);
  if (options.step.spec() == TensorSpec{DType::i64, {}}) return options.step;
  throw GraphError({.code = ErrorCode::shape_mismatch,
                    .message = "the step is " + to_string(options.step) + ", but must be i64[]",
                    .cure = "count steps in an i64 scalar",
                    .op = "Random",
                    .where = options.where});
}

}  // namespace

Random::Random(const Graph& graph, const RandomOptions& options)
    : Random(graph, options.seed, checked_step(graph, options)) {}

Random::Random(const Graph& graph, std::int64_t seed, Output step)
    : graph_(graph), seed_(seed), step_(std::move(step)) {}

Random Random::initial() const {
  return {graph_, seed_, constant(graph_, Tensor::scalar<std::int64_t>(0))};
}

}  // namespace deft
