#include <algorithm>
#include <map>
#include <numeric>

#include <deft/collectives/collectives.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

namespace deft {
namespace {

/// Gradients that go together: their indices.
using Bucket = std::vector<std::size_t>;

std::size_t bytes_of(const Output& x) {
  return x.shape().is_fully_defined() ? x.shape().num_bytes(x.dtype()) : 0;
}

/// Gradients that are made early go together first: the first bucket is on its way while the rest
/// is computed.
std::vector<Bucket> buckets_of(const std::vector<Output>& gradients, std::size_t most) {
  Bucket in_order(gradients.size());
  std::iota(in_order.begin(), in_order.end(), std::size_t{0});
  std::ranges::stable_sort(in_order, {}, [&](std::size_t i) { return gradients[i].node_id(); });
  std::vector<Bucket> buckets;
  std::map<DType, std::pair<std::size_t, std::size_t>> open;  // bucket of a dtype, its bytes
  for (const std::size_t i : in_order) {
    const std::size_t bytes = bytes_of(gradients[i]);
    const auto [at, is_new] = open.try_emplace(gradients[i].dtype());
    if (is_new || at->second.second + bytes > most) {
      at->second = {buckets.size(), 0};
      buckets.emplace_back();
    }
    buckets[at->second.first].push_back(i);
    at->second.second += bytes;
  }
  return buckets;
}

std::vector<Output> picked(const std::vector<Output>& from, const Bucket& bucket) {
  std::vector<Output> some;
  some.reserve(bucket.size());
  for (const std::size_t i : bucket) some.push_back(from[i]);
  return some;
}

}  // namespace

/// Counts may be i64 beside sums that are f64: those of one dtype go together.
Metric all_reduce(const Metric& metric, const Communicator& group, SourceLocation where) {
  Metric reduced = metric;
  std::map<DType, Bucket> of_dtype;
  for (std::size_t i = 0; i < metric.sums.size(); ++i)
    of_dtype[metric.sums[i].dtype()].push_back(i);
  for (const auto& [dtype, bucket] : of_dtype) {
    const std::vector<Output> sums =
        all_reduce(picked(metric.sums, bucket), group, Reduce::sum, {.where = where});
    for (std::size_t i = 0; i < bucket.size(); ++i) reduced.sums[bucket[i]] = sums[i];
  }
  return reduced;
}

Transform all_reduce_mean(const Communicator& group, const AllReduceOptions& options) {
  Transform transform = [=](OptimizerScope&, const std::vector<Output>& gradients) {
    std::vector<Output> means(gradients.size());
    for (const Bucket& bucket : buckets_of(gradients, options.bucket_bytes)) {
      const std::vector<Output> reduced =
          all_reduce(picked(gradients, bucket), group, Reduce::mean);
      for (std::size_t i = 0; i < bucket.size(); ++i) means[bucket[i]] = reduced[i];
    }
    return means;
  };
  transform.part = {group.rank(), group.size()};
  if (group.size() > 1)
    transform.on_all = [=](const Output& holds) {
      return equal(all_reduce(cast(holds, DType::i32), group, Reduce::min), 1);
    };
  return transform;
}

}  // namespace deft
