#include "packed_matrix.hpp"

#include "kernels/blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {

bool is_worth_packing(const Tensor& matrix) {
  constexpr std::size_t most_bytes = std::size_t{16} << 20U;
  const Shape& shape = matrix.shape();
  return is_floating(matrix.dtype()) && shape.rank() == 2 && shape[1] > 1 &&
         shape[1] <= most_packed_columns && matrix.num_bytes() <= most_bytes;
}

Tensor packed_by_columns(const Tensor& matrix) {
  return visit_floating(matrix.dtype(), [&]<class T>(std::type_identity<T>) {
    constexpr auto line = static_cast<std::int64_t>(64 / sizeof(T));
    const std::int64_t rows = matrix.shape()[0];
    const std::int64_t columns = matrix.shape()[1];
    const std::int64_t stride = (ceil_div(rows, line) | 1) * line;
    Tensor packed = Tensor::zeros(matrix.dtype(), {columns, stride});
    const T* from = matrix.data<T>().data();
    T* const to = packed.mutable_data<T>().data();
    for (std::int64_t row = 0; row < rows; ++row)
      for (std::int64_t column = 0; column < columns; ++column) to[column * stride + row] = *from++;
    return packed;
  });
}

}  // namespace deft
