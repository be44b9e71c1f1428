#include <deft/core/nested_values.hpp>

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/tensor.hpp>

#include "caught.hpp"

namespace deft {
namespace {

TEST_CASE("a tensor of values in braces") {
  const Tensor x{{1.0F, 2.0F}, {3.0F, 4.0F}};
  CHECK(x == Tensor::from<float>({2, 2}, {1, 2, 3, 4}));
  CHECK(Tensor{1.5, 2.5} == Tensor::from<double>({2}, {1.5, 2.5}));
  CHECK(Tensor{1.5} == Tensor::from<double>({1}, {1.5}));
  CHECK(Tensor{{1, 2, 3}} == Tensor::from<std::int32_t>({1, 3}, {1, 2, 3}));
  CHECK(Tensor{{true}, {false}} == Tensor::from<bool>({2, 1}, {true, false}));
  CHECK(Tensor{std::int64_t{7}} == Tensor::from<std::int64_t>({1}, {7}));
  CHECK(Tensor{{{1, 2}, {3, 4}}} == Tensor::from<std::int32_t>({1, 2, 2}, {1, 2, 3, 4}));
  CHECK(Tensor{} == Tensor());
  const Tensor copy{x};
  CHECK(copy.raw() == x.raw());
}

TEST_CASE("braces of different lengths are refused") {
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([] { return Tensor{{1.0, 2.0}, {3.0}}; });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": braces at depth 1 of a tensor hold 2 and 1 values; give all braces at one depth the "
            "same length");
  CHECK(caught<ValueError>([] {
          return Tensor{{{1, 2}}, {{3, 4}, {5, 6}}};
        })
            .info()
            .message == "braces at depth 1 of a tensor hold 1 and 2 values");
  CHECK_THROWS_AS((Tensor{{{1}, {2, 3}}}), ValueError);
}

}  // namespace
}  // namespace deft
