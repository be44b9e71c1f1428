#include "content_hash.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "address_of.hpp"
#include "mixed.hpp"

namespace deft {
std::uint64_t content_hash(std::span<const Tensor> tensors) {
  std::uint64_t hash = tensors.size();
  for (const Tensor& tensor : tensors) {
    hash = mixed(hash, static_cast<std::uint64_t>(tensor.dtype()));
    for (const std::int64_t dim : tensor.shape().dims())
      hash = mixed(hash, static_cast<std::uint64_t>(dim));
    const auto* const bytes = static_cast<const std::byte*>(address_of(tensor));
    for (std::size_t at = 0; at < tensor.num_bytes(); at += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + at, std::min(sizeof word, tensor.num_bytes() - at));
      hash = mixed(hash, word);
    }
  }
  return hash;
}

}  // namespace deft
