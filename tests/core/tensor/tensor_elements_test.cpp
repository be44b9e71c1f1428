#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/tensor.hpp>

#include "caught.hpp"

namespace deft {
namespace {

TEST_CASE("elements are read and written by their indices") {
  Tensor x{{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}};
  CHECK(x.at<float>(0, 0) == 1);
  CHECK(x.at<float>(1, 0) == 4);
  CHECK(x.at<float>(std::size_t{1}, std::int64_t{2}) == 6);
  CHECK((Tensor{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}.at<std::int32_t>(1, 0, 1)) == 6);
  const Tensor before = x;
  x.set({1, 0}, 40.0F);
  x.set<float>({0, std::size_t{2}}, 30);
  CHECK(x == Tensor{{1.0F, 2.0F, 30.0F}, {40.0F, 5.0F, 6.0F}});
  CHECK(before == Tensor{{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}});
  Tensor flag = Tensor::scalar(false);
  flag.set({}, true);
  CHECK(flag.item<bool>());
}

TEST_CASE("indices outside a tensor are refused") {
  Tensor x{{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}};
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([&] { return x.at<float>(1, 3); });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": there is no element (1, 3) in a tensor f32[2, 3]: index 3 is outside dimension 1, "
            "which is 3; count from 0, up to the dimension less 1");
  CHECK(caught<ValueError>([&] { return x.at<float>(1); }).info().message ==
        "there is no element (1) in a tensor f32[2, 3]: 1 index is given, but its rank is 2");
  CHECK_THROWS_AS(x.at<float>(-1, 0), ValueError);
  CHECK_THROWS_AS(x.at<float>(0, 0, 0), ValueError);
  CHECK_THROWS_AS(x.at<float>(0, std::numeric_limits<std::size_t>::max()), ValueError);
  CHECK_THROWS_AS(Tensor().at<float>(0), ValueError);
  const int set_line = __LINE__ + 1;
  const auto refused = caught<ValueError>([&] { x.set({2, 0}, 1.0F); });
  CHECK(refused.info().where.line == set_line);
  CHECK(x == Tensor{{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}});
}

TEST_CASE("elements of another dtype are refused") {
  Tensor x{1.0F, 2.0F};
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([&] { return x.at<double>(0); });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(error.info().where.line == line);
  CHECK_THROWS_AS(x.set({0}, 1), ValueError);
  CHECK(x == Tensor{1.0F, 2.0F});
}

TEST_CASE("elements are converted by the rule of cast") {
  CHECK(Tensor{{1.5F, -2.5F}}.to<double>() == std::vector<double>{1.5, -2.5});
  CHECK(Tensor{1.9, -1.9}.to<std::int32_t>() == std::vector<std::int32_t>{1, -1});
  CHECK(Tensor{1e300, std::nan("")}.to<std::int64_t>() ==
        std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::max(), 0});
  CHECK(Tensor{0.5, 0.0, -0.0}.to<bool>() == std::vector<bool>{true, false, false});
  CHECK(Tensor{true, false}.to<float>() == std::vector<float>{1, 0});
  CHECK(Tensor().to<std::int64_t>().empty());
}

}  // namespace
}  // namespace deft
