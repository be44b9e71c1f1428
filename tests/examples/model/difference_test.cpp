#include "model/difference.hpp"

#include <limits>

#include <doctest/doctest.h>

namespace examples::model {
namespace {

using deft::Tensor;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("the largest differences, and whether they are allowed") {
  const Difference one = difference("y", Tensor{1.0, 10.5, 0.0}, Tensor{1.0, 10.0, 0.25}, 0.05, 0);
  CHECK(one.name == "y");
  CHECK(one.problem.empty());
  CHECK(one.absolute == 0.5);
  CHECK(one.relative == 1);
  CHECK_FALSE(one.is_allowed);
  CHECK(difference("y", Tensor{10.5}, Tensor{10.0}, 0.05, 0).is_allowed);
  CHECK_FALSE(difference("y", Tensor{10.5}, Tensor{10.0}, 0.049, 0).is_allowed);
  CHECK(difference("y", Tensor{10.5}, Tensor{10.0}, 0, 0.5).is_allowed);
  CHECK(difference("y", Tensor{0.5}, Tensor{0.0}, 0, 0.5).relative == infinity);
}

TEST_CASE("what is not finite equals itself alone") {
  CHECK(difference("y", Tensor{nan, infinity, -infinity}, Tensor{nan, infinity, -infinity}, 0, 0)
            .is_allowed);
  for (const auto& [is, expected] : {std::pair{nan, 1.0}, std::pair{1.0, nan},
                                     std::pair{infinity, -infinity}, std::pair{1.0, infinity}}) {
    const Difference one = difference("y", Tensor{is}, Tensor{expected}, 1e9, 1e9);
    CHECK_FALSE(one.is_allowed);
    CHECK(one.absolute == infinity);
  }
}

TEST_CASE("integers are exact beyond 2^53") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Difference one = difference("y", Tensor{most}, Tensor{most - 1}, 0, 0.5);
  CHECK(one.absolute == 1);
  CHECK_FALSE(one.is_allowed);
  CHECK(difference("y", Tensor{-most - 1}, Tensor{most}, 0, 0).absolute == 0x1p64);
  constexpr std::uint64_t unsigned_most = std::numeric_limits<std::uint64_t>::max();
  CHECK(difference("y", Tensor{unsigned_most}, Tensor{unsigned_most - 2}, 0, 0).absolute == 2);
  CHECK(difference("y", Tensor{true, false}, Tensor{true, true}, 0, 0).absolute == 1);
}

TEST_CASE("other dtypes and shapes are not compared") {
  const Difference dtype = difference("y", Tensor{1.0F}, Tensor{1.0}, 1, 1);
  CHECK(dtype.problem == "f32[1], expected f64[1]");
  CHECK_FALSE(dtype.is_allowed);
  CHECK(difference("y", Tensor{1.0, 2.0}, Tensor{1.0}, 1, 1).problem == "f64[2], expected f64[1]");
}

}  // namespace examples::model
