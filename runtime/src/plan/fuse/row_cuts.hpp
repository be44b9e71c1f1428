#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/draft.hpp"
#include "stream.hpp"

namespace deft {

/// Into how many rows values are cut because a reduction takes them by rows. Elementwise operations
/// spread that over all values of as many elements that they read and make; values that reductions
/// want in different rows get those of the first.
class RowCuts {
 public:
  RowCuts(const Draft& draft, std::span<const Stream> streams);

  /// 0: nobody wants rows of `value`.
  std::int64_t operator[](ValueId value) const { return rows_.empty() ? 0 : rows_[find(value)]; }

 private:
  void want(ValueId value, std::int64_t rows);
  ValueId find(ValueId value) const;
  void join_elementwise(const Draft& draft, std::span<const Stream> streams);

  mutable std::vector<ValueId> parent_;
  std::vector<std::int64_t> rows_;  // by representative; empty: no reduction wants rows
};

}  // namespace deft
