#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/convolutions.hpp"
#include "support/sanitizers.hpp"
#include "support/signals.hpp"

namespace deft {
namespace {

// oneDNN's convolutions by matrix products may use the stack pointer for something else.
// ThreadSanitizer calls handlers later.
TEST_CASE("no signal handler meets a stack pointer outside the stack during a convolution" *
          doctest::skip(thread_sanitizer)) {
  const StackSampler sampler;
  using Padding = Paddings::value_type;
  for (const ConvCase& c :
       {ConvCase{8, 32, 48, {{16, 3, 1, 2, Padding{2, 2}}, {16, 3, 2, 2, Padding{2, 2}}}},
        ConvCase{8, 6, 10, {{20, 5, 1, 1, Padding{7, 7}}, {20, 5}}, 2},
        ConvCase{4, 16, 32, {{6, 3}, {9, 3}, {9, 3}}}}) {
    CAPTURE(c.text());
    const ConvGraph made(c, sample<float>(c.x(), 1), sample<float>(c.w(), 2),
                         sample<float>(c.y(), 4));
    for (const Output& output : {made.conv_y, made.gradient_x, made.gradient_w}) {
      const long enough = StackSampler::samples() + 10;
      for (int i = 0; i < 200 && StackSampler::samples() < enough; ++i) evaluate(output);
      CHECK(StackSampler::outside() == 0);
    }
  }
  CHECK(StackSampler::samples() > 0);
}

// oneDNN 2.6.3 writes behind its scratchpad there; evaluate() looks.
TEST_CASE("strided windows of one element keep to their memory") {
  for (const ConvCase& c :
       {ConvCase{1, 3, 2, {{65, 1}, {8, 1, 2}}}, ConvCase{3, 1, 7, {{18, 1}, {6, 1, 3}}},
        ConvCase{2, 5, 33, {{20, 1, 3}, {17, 1, 2}}},
        ConvCase{2, 24, 8, {{33, 1, 2}, {9, 1, 2}}}}) {
    CAPTURE(c.text());
    const ConvGraph made(c, sample<float>(c.x(), 1), sample<float>(c.w(), 2),
                         sample<float>(c.y(), 4));
    for (const Output& output : {made.conv_y, made.gradient_x, made.gradient_w})
      CHECK_NOTHROW(evaluate(output));
  }
}

}  // namespace
}  // namespace deft
