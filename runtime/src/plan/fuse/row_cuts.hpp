#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/draft.hpp"
#include "stream.hpp"

namespace deft {

/// Into how many rows values are cut because a reduction takes them by rows, or because an operand
/// is repeated in rows. Elementwise operations spread that over all values of as many elements that
/// they read and make; values that are wanted in different rows get those of the first reduction,
/// or else of the first repeated operand. A reduction to one element takes any rows, but may have
/// to take too many of them at once: what it reads is cut for reductions alone.
class RowCuts {
 public:
  RowCuts(const Draft& draft, std::span<const Stream> streams);

  /// 0: nobody wants rows of `value`.
  std::int64_t operator[](ValueId value) const { return rows_.empty() ? 0 : rows_[find(value)]; }

 private:
  void cut_for_reductions(const Draft& draft, std::span<const Stream> streams);
  void cut_for_repeated(const Draft& draft, std::span<const Stream> streams);
  void want(ValueId value, std::int64_t rows);
  ValueId find(ValueId value) const;
  void join_elementwise(const Draft& draft, std::span<const Stream> streams);

  mutable std::vector<ValueId> parent_;
  std::vector<std::int64_t> rows_;  // by representative; empty: nobody wants rows
};

}  // namespace deft
