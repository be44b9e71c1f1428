#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/movement/walk.hpp"
#include <deft/core/shape.hpp>

namespace deft {

/// Finds the operands of matrix number i of a batch, to which the batches of two operands a and b
/// broadcast.
class BatchLayout {
 public:
  BatchLayout(const Shape& batch, const Shape& a, const Shape& b)
      : batch_(batch),
        count_(batch.num_elements()),
        a_strides_(broadcast_strides(a, batch)),
        b_strides_(broadcast_strides(b, batch)) {}

  std::int64_t count() const { return count_; }

  /// The numbers of the matrices of a and b that belong to matrix i of the result.
  std::pair<std::int64_t, std::int64_t> operands(std::int64_t i) const {
    std::int64_t a = 0;
    std::int64_t b = 0;
    for (std::size_t axis = batch_.rank(); axis-- > 0;) {
      const std::int64_t size = batch_.dims()[axis];
      a += i % size * a_strides_[axis];
      b += i % size * b_strides_[axis];
      i /= size;
    }
    return {a, b};
  }

 private:
  Shape batch_;
  std::int64_t count_;
  Strides a_strides_;  // of whole matrices
  Strides b_strides_;
};

}  // namespace deft
