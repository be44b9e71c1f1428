#pragma once

#include <cstdint>
#include <vector>

#include "plan/draft.hpp"
#include "plan/rewriting.hpp"
#include "row_cuts.hpp"
#include "stream.hpp"

namespace deft {

/// Whether position `at` may be part of a group. Order is kept by levels, and a variable is written
/// as any result is: only what else an operation may do in a step has to be done by itself.
bool may_join(const Draft& draft, std::size_t at);

/// The streams of all operations.
class Streams {
 public:
  explicit Streams(const Draft& draft);

  const Stream& operator[](std::size_t at) const { return streams_[at]; }
  const Makers& makers() const { return makers_; }

  /// True if position `at` can take input `i` row by row from its maker, in one group with it.
  bool hands_on(std::size_t at, std::size_t i) const;

  /// True if position `at` takes input `i` row by row.
  bool streams_input(std::size_t at, std::size_t i) const;

 private:
  void find_product_rows();
  std::int64_t map_rows(std::size_t at) const;
  std::int64_t rename_rows(std::size_t at) const;
  void find_reduction_rows(std::size_t at);
  bool sums_zeros(std::size_t at) const;
  const Stream& maker_of(ValueId value) const { return streams_[makers_[value]]; }

  const Draft& draft_;
  Makers makers_;
  std::vector<Stream> streams_;
  RowCuts cuts_;
  std::vector<std::int64_t> product_rows_;  // of all products, ascending
};

}  // namespace deft
