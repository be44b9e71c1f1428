#include "kernels/convolutions/windows.hpp"

#include <doctest/doctest.h>

namespace deft {
namespace {

/// Checks that [range.begin, range.end) are those i < count for which `holds(i)`.
template <class Holds>
void check_range(const Range& range, std::int64_t count, const Holds& holds) {
  CHECK(range.begin >= 0);
  CHECK(range.end <= count);
  bool agree = range.begin <= range.end;
  for (std::int64_t i = 0; i < count; ++i)
    agree = agree && holds(i) == (i >= range.begin && i < range.end);
  CHECK(agree);
}

TEST_CASE("the windows and taps that meet an element of the input") {
  for (const std::int64_t input : {0, 1, 2, 5, 8})
    for (const std::int64_t window : {1, 2, 4})
      for (const std::int64_t stride : {1, 2, 3})
        for (const std::int64_t dilation : {1, 2, 5})
          for (const std::int64_t before : {0, 1, 2, 7}) {
            const WindowAxis axis{.input = input,
                                  .window = window,
                                  .output = 6,
                                  .stride = stride,
                                  .dilation = dilation,
                                  .before = before,
                                  .after = 0};
            CAPTURE(input);
            CAPTURE(window);
            CAPTURE(stride);
            CAPTURE(dilation);
            CAPTURE(before);
            for (std::int64_t t = 0; t < window; ++t)
              check_range(axis.windows_at(t), axis.output,
                          [&](std::int64_t o) { return axis.holds(axis.element(o, t)); });
            for (std::int64_t o = 0; o < axis.output; ++o)
              check_range(axis.taps_of(o), window,
                          [&](std::int64_t t) { return axis.holds(axis.element(o, t)); });
          }
}

}  // namespace
}  // namespace deft
