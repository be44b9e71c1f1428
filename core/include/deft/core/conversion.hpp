#pragma once

#include <deft/core/dtype.hpp>
#include <deft/core/row.hpp>

namespace deft {

/// What converts rows by the rule of convert_element: input 0 is of the dtype `from`, the output of
/// `to`.
RowFunction conversion(DType from, DType to);

}  // namespace deft
