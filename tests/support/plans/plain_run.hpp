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

/// `found` has the bytes of `expected`, which are values of `fetches`.
inline void check_same_bytes(const std::vector<Output>& fetches, const std::vector<Tensor>& found,
                             const std::vector<Tensor>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    if (const std::string text = difference(fetches[i].node(), found[i], expected[i]);
        !text.empty())
      FAIL_CHECK(text);
}

/// values(options) of a session with generated code and without, on 1 and 2 threads, have the bytes
/// that a plain session gives.
template <class Values>
void check_against_plain(const std::vector<Output>& fetches, const Values& values) {
  const std::vector<Tensor> expected = values(plainly());
  for (const bool generate_code : {true, false})
    for (const int threads : {1, 2}) {
      CAPTURE(generate_code);
      CAPTURE(threads);
      SessionOptions options{.threads = threads};
      options.optimizations.generate_code = generate_code;
      check_same_bytes(fetches, values(options), expected);
    }
}

}  // namespace deft
