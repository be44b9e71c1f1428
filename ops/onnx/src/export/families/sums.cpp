#include "export/families/sums.hpp"

#include <cstdint>
#include <vector>

namespace deft::onnx {

/// Summed over the dimensions in which the shapes differ, behind ones that `like` does not have.
ValueName summed_like(NodeWriter& writer, const ValueName& x, std::size_t rank,
                      const ValueName& like, std::size_t rank_of_like) {
  const ValueName shape = writer.shape(like);
  ValueName aligned = shape;
  if (rank != rank_of_like) {
    const std::vector<std::int64_t> ones(rank - rank_of_like, 1);
    aligned = writer.add("Concat", {writer.integers(ones, "ones"), shape},
                         {attribute("axis", std::int64_t{0})});
  }
  const ValueName differ = writer.add("Not", {writer.add("Equal", {writer.shape(x), aligned})});
  const ValueName axes =
      writer.add("Squeeze", {writer.add("NonZero", {differ}), writer.integers({0}, "axes")});
  const ValueName sum =
      writer.add("ReduceSum", {x, axes}, {attribute("noop_with_empty_axes", std::int64_t{1})});
  return writer.add("Reshape", {sum, shape}, {attribute("allowzero", std::int64_t{1})});
}

}  // namespace deft::onnx
