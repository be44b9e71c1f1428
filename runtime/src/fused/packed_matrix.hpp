#pragma once

#include <cstdint>

#include <deft/core/tensor.hpp>

namespace deft {

/// Columns that a packed matrix may have.
constexpr std::int64_t most_packed_columns = 12;

/// True for a matrix of a few columns that need not be separated again and again if it is kept a
/// second time, column by column. A large matrix is not worth the memory: it is not in a cache, and
/// there the second copy would not pay.
bool is_worth_packing(const Tensor& matrix);

/// Matrix [rows, columns] as [columns, stride], stride >= rows. Each column begins at a multiple of
/// 64 bytes, and not all at the same place of a page.
Tensor packed_by_columns(const Tensor& matrix);

}  // namespace deft
