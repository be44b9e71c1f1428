#include "reshapes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <deft/ops/array.hpp>

namespace deft::onnx {
namespace {

/// The dimensions of x that a reshape has not named, and those of the result.
class Reshape {
 public:
  Reshape(const NodeContext& node, const Output& x, bool zero_copies)
      : node_(node), x_(x), zero_copies_(zero_copies) {
    for (const std::int64_t size : x.shape().dims()) left_.push_back(size);
  }

  Output to(const std::vector<PartialInteger>& target) {
    for (const PartialInteger& element : target) add(element);
    if (unknown_ > 1 && inferred_) infer();
    if (unknown_ > 1)
      node_.refuse("several dimensions of its result are not known; bind those of its input, " +
                   to_string(x_.spec()) + ", by OnnxImportOptions: batch, dims or shapes");
    return reshape(x_, Shape(dims_));
  }

 private:
  void add(const PartialInteger& element) {
    if (!element.value) {
      if (!element.tensor.is_empty() && element.tensor == x_)
        copy(element.axis);
      else
        open(false);
    } else if (*element.value == 0 && zero_copies_) {
      if (dims_.size() >= left_.size())
        node_.refuse("its shape copies dimension " + std::to_string(dims_.size()) + ", but " +
                     to_string(x_.spec()) + " has none");
      copy(dims_.size());
    } else if (*element.value == -1) {
      if (inferred_) node_.refuse("its shape has -1 twice");
      inferred_ = dims_.size();
      open(true);
    } else {
      dims_.push_back(*element.value);
    }
  }

  /// A dimension of the result that is dimension `axis` of x.
  void copy(std::size_t axis) {
    const std::int64_t size = x_.shape()[axis];
    if (size == Shape::unknown) {
      left_[axis] = 1;
      open(true);
    } else {
      dims_.push_back(size);
    }
  }

  /// An unknown dimension of the result. One that is neither a copy nor -1 may be any.
  void open(bool is_understood) {
    all_understood_ = all_understood_ && is_understood;
    ++unknown_;
    dims_.push_back(Shape::unknown);
  }

  /// What -1 is where all that is not known has been copied.
  void infer() {
    const auto is_unknown = [](std::int64_t size) { return size == Shape::unknown; };
    std::vector<std::int64_t> named = dims_;
    std::ranges::replace_if(named, is_unknown, 1);
    if (!all_understood_ || std::ranges::any_of(left_, is_unknown)) return;
    const std::int64_t elements = Shape(left_).num_elements();
    const std::int64_t others = Shape(named).num_elements();
    if (others == 0 || elements % others != 0) return;
    dims_[*inferred_] = elements / others;
    --unknown_;
  }

  const NodeContext& node_;
  const Output& x_;
  bool zero_copies_;
  std::vector<std::int64_t> left_;  // dimensions of x, 1 for those that have been copied
  std::vector<std::int64_t> dims_ = {};
  std::optional<std::size_t> inferred_ = {};
  int unknown_ = 0;
  bool all_understood_ = true;
};

}  // namespace

Output reshaped(const NodeContext& node, const Output& x, const std::vector<PartialInteger>& target,
                bool zero_copies) {
  return Reshape(node, x, zero_copies).to(target);
}

Output merged(const NodeContext& node, const Output& x, std::size_t begin, std::size_t end) {
  if (end - begin == 1) return x;
  std::vector<PartialInteger> target;
  const auto keep = [&](std::size_t axis) {
    const std::int64_t size = x.shape()[axis];
    target.push_back(size == Shape::unknown ? PartialInteger{.tensor = x, .axis = axis}
                                            : PartialInteger{.value = size});
  };
  for (std::size_t i = 0; i < begin; ++i) keep(i);
  const Shape merged(x.shape().dims().subspan(begin, end - begin));
  target.push_back({.value = merged.is_fully_defined() ? merged.num_elements() : -1});
  for (std::size_t i = end; i < x.shape().rank(); ++i) keep(i);
  return reshaped(node, x, target, false);
}

}  // namespace deft::onnx
