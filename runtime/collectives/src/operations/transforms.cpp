#include <map>

#include <deft/collectives/collectives.hpp>

namespace deft {
namespace {

/// Gradients that go together: their indices.
using Bucket = std::vector<std::size_t>;

std::size_t bytes_of(const Output& x) {
  return x.shape().is_fully_defined() ? x.shape().num_bytes(x.dtype()) : 0;
}

std::vector<Bucket> buckets_of(const std::vector<Output>& gradients, std::size_t most) {
  std::vector<Bucket> buckets;
  std::map<DType, std::pair<std::size_t, std::size_t>> open;  // bucket of a dtype, its bytes
  for (std::size_t i = 0; i < gradients.size(); ++i) {
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

}  // namespace

Transform all_reduce_mean(const Communicator& group, const AllReduceOptions& options) {
  return [=](OptimizerScope&, const std::vector<Output>& gradients) {
    std::vector<Output> means(gradients.size());
    for (const Bucket& bucket : buckets_of(gradients, options.bucket_bytes)) {
      std::vector<Output> xs;
      xs.reserve(bucket.size());
      for (const std::size_t i : bucket) xs.push_back(gradients[i]);
      const std::vector<Output> reduced = all_reduce(xs, group, Reduce::mean);
      for (std::size_t i = 0; i < bucket.size(); ++i) means[bucket[i]] = reduced[i];
    }
    return means;
  };
}

}  // namespace deft
