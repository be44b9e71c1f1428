#include "content_hash.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "address_of.hpp"

namespace deft {
namespace {

/// Mixes 64 bits at a time: a product with an odd number, then its upper half into the lower one.
void mix(std::uint64_t& hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
  hash ^= hash >> 32;
}

}  // namespace

std::uint64_t content_hash(std::span<const Tensor> tensors) {
  std::uint64_t hash = tensors.size();
  for (const Tensor& tensor : tensors) {
    mix(hash, static_cast<std::uint64_t>(tensor.dtype()));
    for (const std::int64_t dim : tensor.shape().dims()) mix(hash, static_cast<std::uint64_t>(dim));
    const auto* const bytes = static_cast<const std::byte*>(address_of(tensor));
    for (std::size_t at = 0; at < tensor.num_bytes(); at += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + at, std::min(sizeof word, tensor.num_bytes() - at));
      mix(hash, word);
    }
  }
  return hash;
}

}  // namespace deft
