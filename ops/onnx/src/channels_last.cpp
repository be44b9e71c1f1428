#include "channels_last.hpp"

#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>

namespace deft::onnx {
namespace {

/// [0, 2, 3, ..., 1]
std::vector<std::int64_t> to_last(std::size_t rank) {
  std::vector<std::int64_t> permutation{0};
  for (std::size_t i = 2; i < rank; ++i) permutation.push_back(static_cast<std::int64_t>(i));
  permutation.push_back(1);
  return permutation;
}

/// [0, rank - 1, 1, 2, ...]
std::vector<std::int64_t> to_first(std::size_t rank) {
  std::vector<std::int64_t> permutation{0, static_cast<std::int64_t>(rank) - 1};
  for (std::size_t i = 2; i < rank; ++i) permutation.push_back(static_cast<std::int64_t>(i) - 1);
  return permutation;
}

bool is_single(const Output& x) {
  return x.shape().is_fully_defined() && x.shape().num_elements() == 1;
}

}  // namespace

Output ChannelsLast::of(const Output& x) {
  if (const Output* made = made_as(x)) return *made;
  Output& turned = turned_[{x.node_id(), x.index()}];
  if (turned.is_empty()) turned = transpose(x, to_last(x.shape().rank()));
  return turned;
}

Output ChannelsLast::first(const Output& last) {
  Output x = transpose(last, to_first(last.shape().rank()));
  made_[{x.node_id(), x.index()}] = last;
  return x;
}

const Output* ChannelsLast::made_as(const Output& x) const {
  if (x.is_empty()) return nullptr;
  const auto found = made_.find({x.node_id(), x.index()});
  return found == made_.end() ? nullptr : &found->second;
}

std::optional<std::vector<Output>> ChannelsLast::operands(const std::vector<Output>& inputs) {
  std::size_t rank = 0;
  for (const Output& input : inputs)
    if (has(input)) rank = input.shape().rank();
  if (rank == 0) return {};
  std::vector<Output> result;
  for (const Output& input : inputs) {
    const bool is_open = input.is_empty();
    if (has(input) && input.shape().rank() == rank) {
      result.push_back(of(input));
    } else if (is_open || (is_single(input) && input.shape().rank() <= rank)) {
      result.push_back(input);
    } else if (input.node().op->value != nullptr && input.shape().rank() <= rank) {
      std::vector<std::int64_t> dims(rank - input.shape().rank(), 1);
      for (const std::int64_t size : input.shape().dims()) dims.push_back(size);
      result.push_back(transpose(reshape(input, Shape(dims)), to_last(rank)));
    } else {
      return {};
    }
  }
  return result;
}

}  // namespace deft::onnx
