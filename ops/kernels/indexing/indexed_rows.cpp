#include "indexed_rows.hpp"

#include "kernels/axis_view.hpp"

namespace deft {

IndexedRows IndexedRows::along(const Shape& x, std::size_t axis, const Shape& indices) {
  const AxisView view(x, axis);
  IndexedRows rows;
  rows.indices = indices;
  rows.tuples = indices.num_elements();
  rows.bounds[0] = view.size;
  rows.outer = view.outer;
  rows.rows = view.size;
  rows.row = view.inner;
  return rows;
}

IndexedRows IndexedRows::leading(const Shape& x, const Shape& indices) {
  IndexedRows rows;
  rows.indices = indices;
  rows.depth = static_cast<std::size_t>(indices.dims().back());
  for (const std::int64_t dim : indices.dims().first(indices.rank() - 1)) rows.tuples *= dim;
  for (std::size_t i = 0; i < x.rank(); ++i) {
    const std::int64_t dim = x.dims()[i];
    if (i < rows.depth)
      rows.rows *= rows.bounds[i] = dim;
    else
      rows.row *= dim;
  }
  return rows;
}

}  // namespace deft
