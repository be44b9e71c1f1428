#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <deft/core/tensor.hpp>

#include "support/samples.hpp"

namespace deft {

using Index = std::vector<std::int64_t>;

/// A tensor of `shape` that has at each index the element of `x` at source(index), `otherwise`
/// where that is nothing: what a kernel that moves elements must give.
template <Element T, class Source>
Tensor moved(const Tensor& x, const Shape& shape, Source source, T otherwise = T{}) {
  Tensor result = Tensor::zeros(dtype_of<T>(), shape);
  const auto elements = result.mutable_data<T>();
  std::size_t at = 0;
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    const std::optional<Index> from = source(Index(index.begin(), index.end()));
    elements[at++] = from ? x.data<T>()[broadcast_index(*from, x.shape())] : otherwise;
  });
  return result;
}

}  // namespace deft
