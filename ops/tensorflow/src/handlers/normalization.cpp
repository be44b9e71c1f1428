#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "handlers/handlers.hpp"
#include "handlers/layout.hpp"

namespace deft::tensorflow {
namespace {

/// x, scale, offset, mean, variance -> y, mean, variance, and the two again; the last four are
/// those of the batch where it trains, and those that were given where it does not.
std::vector<Output> batch_norm_handler(const NodeContext& context) {
  if (context.boolean("is_training", true))
    context.refuse("it trains: its batch statistics are not imported; give a graph for inference");
  const Output& x = context.input(0);
  if (x.shape().rank() != 4) context.refuse("its input is " + to_string(x.spec()));
  const bool is_first = is_channels_first(context);
  const auto along_channels = [&](const Output& vector) {
    return is_first ? expand_dims(expand_dims(vector, -1), -1) : vector;
  };
  const Output mean = context.input(3);
  const Output variance = context.input(4);
  const auto [scaled, offset] = context.inside([&] {
    const Output factor = rsqrt(variance + context.number("epsilon", 1e-4F)) * context.input(1);
    return std::pair((x - along_channels(mean)) * along_channels(factor),
                     along_channels(context.input(2)));
  });
  return {add(scaled, offset, context.options()), mean, variance, mean, variance};
}

constexpr OpHandler handlers[] = {
    {"FusedBatchNorm", batch_norm_handler},
    {"FusedBatchNormV2", batch_norm_handler},
    {"FusedBatchNormV3", batch_norm_handler},
};

}  // namespace

constinit const OpHandlers normalization_handlers = handlers;

}  // namespace deft::tensorflow
