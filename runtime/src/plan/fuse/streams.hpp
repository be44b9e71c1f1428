#pragma once

#include <cstdint>
#include <vector>

#include "plan/draft.hpp"
#include "plan/rewriting.hpp"

namespace deft {

/// How an operation could be part of a fused group.
struct Stream {
  FusedStep step;
  std::int64_t rows = 0;       // that it goes over; 0: it cannot be part of a group
  std::int64_t tile_rows = 0;  // that it must take at a time; 0: any number
  bool reduces = false;        // its result is there when all rows are done
};

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
  Stream stream_of(std::size_t at) const;
  std::int64_t map_rows(std::size_t at) const;

  const Draft& draft_;
  Makers makers_;
  std::vector<std::int64_t> product_rows_;  // of all products, ascending
  std::vector<Stream> streams_;
};

}  // namespace deft
