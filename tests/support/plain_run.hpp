#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/same_results.hpp"

namespace deft {

/// A session that computes every operation by itself, as it is written.
inline SessionOptions plainly() { return {.threads = 1, .optimizations = Optimizations::none()}; }

/// What a run gives, with the same NaN for all.
inline std::vector<Tensor> values_of(Session& session, const std::vector<Output>& fetches,
                                     const Feeds& feeds = {}, const RunOptions& options = {}) {
  std::vector<Tensor> values;
  for (const Tensor& value : session.run(fetches, feeds, options))
    values.push_back(with_one_nan(value));
  return values;
}

/// `found` has the bytes of `expected`, which are values of `fetches`.
inline void check_same_bytes(const std::vector<Output>& fetches, const std::vector<Tensor>& found,
                             const std::vector<Tensor>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (bitwise_equal(found[i], expected[i])) continue;
    const std::string text = std::string(fetches[i].node().op->name) + " '" + fetches[i].name() +
                             "': " + first_difference(found[i], expected[i]);
    FAIL_CHECK(text);
  }
}

}  // namespace deft
