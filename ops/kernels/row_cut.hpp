#pragma once

#include <cstdint>

#include "blocks.hpp"

namespace deft {

/// Where the rows of a result are cut into parts.
struct RowCut {
  std::int64_t rows = 0;      // in all
  std::int64_t per_part = 0;  // in all parts but the last

  std::int64_t parts() const { return ceil_div(rows, per_part); }
  std::int64_t begin(std::int64_t part) const { return part * per_part; }
  std::int64_t size(std::int64_t part) const {
    return part + 1 < parts() ? per_part : rows - begin(part);
  }
};

}  // namespace deft
