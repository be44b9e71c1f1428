#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <deft/core/shape.hpp>

namespace deft {

/// Finds the operands of matrix number i of a batch, to which the batches of two operands a and b
/// broadcast.
class BatchLayout {
 public:
  BatchLayout(std::span<const std::int64_t> batch, std::span<const std::int64_t> a,
              std::span<const std::int64_t> b)
      : rank_(batch.size()) {
    std::copy(batch.begin(), batch.end(), dims_.begin());
    set_strides(a, a_strides_);
    set_strides(b, b_strides_);
    for (std::size_t axis = 0; axis < rank_; ++axis) count_ *= dims_[axis];
  }

  std::int64_t count() const { return count_; }

  /// The numbers of the matrices of a and b that belong to matrix i of the result.
  std::pair<std::int64_t, std::int64_t> operands(std::int64_t i) const {
    std::int64_t a = 0;
    std::int64_t b = 0;
    for (std::size_t axis = rank_; axis-- > 0;) {
      a += i % dims_[axis] * a_strides_[axis];
      b += i % dims_[axis] * b_strides_[axis];
      i /= dims_[axis];
    }
    return {a, b};
  }

 private:
  using Strides = std::array<std::int64_t, Shape::max_rank>;

  /// How many matrices of the operand lie from one index to the next along every dimension: 0 where
  /// it is repeated.
  void set_strides(std::span<const std::int64_t> operand, Strides& strides) const {
    const std::size_t missing = rank_ - operand.size();
    std::int64_t stride = 1;
    for (std::size_t axis = rank_; axis-- > missing;) {
      const std::int64_t size = operand[axis - missing];
      strides[axis] = size == 1 ? 0 : stride;
      stride *= size;
    }
  }

  std::size_t rank_;
  std::int64_t count_ = 1;
  Strides dims_{};
  Strides a_strides_{};
  Strides b_strides_{};
};

}  // namespace deft
