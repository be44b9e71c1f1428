#include "differentiate.hpp"

#include <deft/ops/array.hpp>
#include <deft/ops/companions.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/shards.hpp>

#include "refuse_to_minimize.hpp"

namespace deft {
namespace {

/// The shards, of which this process has the part that the transformations tell.
Shards shards_of(const MinimizeOptions& options) {
  Shards shards{.count = options.shards, .batch = options.batch};
  for (const auto& [change, part, on_all] : options.before)
    shards.part = {shards.part.index * part.count + part.index, shards.part.count * part.count};
  return shards;
}

std::vector<Output> gradients_of(const Output& loss, const std::vector<Output>& variables,
                                 const std::vector<Output>& grad_ys,
                                 const MinimizeOptions& options) {
  if (variables.empty()) return {};
  return gradients(std::vector{loss}, variables,
                   {.grad_ys = grad_ys, .unconnected = Unconnected::none, .where = options.where});
}

/// Gradients of each shard are those of its share of the loss, so that their sums over the shards
/// of all processes are the gradients. The mean over processes, which a transformation takes, is
/// made up for first, by a power of two, which is exact.
Differentiated differentiate_shards(const Output& loss, const std::vector<Output>& variables,
                                    const MinimizeOptions& options) {
  if (!companions({loss}, options.where).empty())
    refuse_to_minimize(
        "the loss has companions, such as the statistics of BatchNorm, which see a whole batch",
        "train without shards, or without such layers", options);
  const Shards shards = shards_of(options);
  const Output of_one = on_one_shard({loss}, shards, options.where).front();
  const Output share = ones_like(of_one) * (1.0 / static_cast<double>(shards.count));
  const std::vector<Output> found = gradients_of(of_one, variables, {share}, options);
  std::vector<Output> of_shards{of_one};
  for (const Output& gradient : found)
    if (!gradient.is_empty()) of_shards.push_back(gradient);
  const std::vector<Output> sums = sum_over_shards(of_shards, shards, options.where);
  Differentiated made{sums.front() / shards.own(), {}};
  made.gradients.reserve(found.size());
  auto sum = sums.begin();
  for (const Output& gradient : found)
    made.gradients.push_back(gradient.is_empty() ? gradient : *++sum * shards.part.count);
  return made;
}

}  // namespace

Differentiated differentiate(const Output& loss, const std::vector<Output>& variables,
                             const MinimizeOptions& options) {
  if (options.shards != 0) return differentiate_shards(loss, variables, options);
  return {loss, gradients_of(loss, variables, {}, options)};
}

}  // namespace deft
