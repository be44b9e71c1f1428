#include "observation/events/pictures.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"

namespace deft {
namespace {

std::vector<int> pixels_of(const Picture& picture) {
  return {picture.pixels.begin(), picture.pixels.end()};
}

/// What is wrong with a tensor as pictures: "message; cure".
std::string problem_of(const Tensor& pixels, ErrorCode code) {
  const auto error = caught<FileError>([&] { const Pictures made("wrong", pixels, {"a.cpp", 5}); });
  CHECK(error.code() == code);
  CHECK(error.info().where.line == 5);
  return error.info().message + "; " + error.info().cure;
}

}  // namespace

TEST_CASE("pictures of every shape") {
  const auto check = [](const Shape& shape, std::size_t count, std::size_t channels) {
    CAPTURE(shape);
    const Pictures pictures("a", Tensor::zeros(DType::u8, shape), {});
    CHECK(pictures.is_batch() == (shape.rank() == 4));
    CHECK(pictures.size() == count);
    if (count == 0) return;
    const Picture last = pictures[count - 1];
    CHECK(last.height == 2);
    CHECK(last.width == 5);
    CHECK(last.channels == channels);
    CHECK(last.pixels.size() == 10 * channels);
  };
  check({2, 5}, 1, 1);
  check({2, 5, 1}, 1, 1);
  check({2, 5, 3}, 1, 3);
  check({2, 5, 4}, 1, 4);
  check({7, 2, 5, 3}, 7, 3);
  check({1, 2, 5, 1}, 1, 1);
  check({0, 2, 5, 1}, 0, 1);
}

TEST_CASE("a batch is its pictures one after the other") {
  const Pictures pictures("a", Tensor::from<std::uint8_t>({2, 1, 2, 1}, {1, 2, 3, 4}), {});
  CHECK(pixels_of(pictures[0]) == std::vector<int>{1, 2});
  CHECK(pixels_of(pictures[1]) == std::vector<int>{3, 4});
}

TEST_CASE("floating pixels are rounded to the nearest step") {
  const std::vector<int> expected{0, 255, 128, 1, 0};
  const Tensor f32{{0.0F, 1.0F, 0.5F, 0.0021F, 0.0019F}};
  const Tensor f64{{-0.0, 1.0, 0.5, 0.0021, 0.0019}};
  CHECK(pixels_of(Pictures("a", f32, {})[0]) == expected);
  CHECK(pixels_of(Pictures("a", f64, {})[0]) == expected);
}

TEST_CASE("what is no picture is refused") {
  const ErrorCode shape = ErrorCode::shape_mismatch;
  const std::string shapes =
      "; give it [height, width], [height, width, channels] or [n, height, width, channels]";
  CHECK(problem_of(Tensor{1.0F}, shape) == "the image 'wrong' is f32[1]" + shapes);
  CHECK(problem_of(Tensor::zeros(DType::u8, {1, 1, 1, 1, 1}), shape) ==
        "the image 'wrong' is u8[1, 1, 1, 1, 1]" + shapes);
  CHECK(problem_of(Tensor::zeros(DType::u8, {4, 4, 2}), shape) ==
        "the image 'wrong' is u8[4, 4, 2], which has 2 channels; give it 1 channel (gray), 3 (red, "
        "green, blue) or 4 (and opacity)");
  CHECK(problem_of(Tensor::zeros(DType::u8, {4, 0}), shape) ==
        "the image 'wrong' is u8[4, 0], which has no pixels; leave it out");
  CHECK(problem_of(Tensor{{1, 2}}, ErrorCode::dtype_mismatch) ==
        "the image 'wrong' is i32[1, 2], but pixels are u8 or floating; cast it");
  CHECK(problem_of(Tensor::zeros(DType::boolean, {1, 1}), ErrorCode::dtype_mismatch)
            .find("bool[1, 1]") != std::string::npos);
  const Tensor long_batch = Tensor::zeros(DType::u8, {0, std::int64_t{1} << 40, 1, 4});
  CHECK(problem_of(long_batch, shape) ==
        "the image 'wrong' is u8[0, 1099511627776, 1, 4], but a picture has at most 1073741824 "
        "bytes; make it smaller");
}

TEST_CASE("floating pixels that are out of range are refused") {
  const auto problem = [](float value) {
    return problem_of(Tensor{{0.5F, value}}, ErrorCode::invalid_argument);
  };
  CHECK(problem(1.5F) ==
        "the image 'wrong' is f32[1, 2], and element 1 is 1.5, but floating pixels are from 0 to "
        "1; scale or clip it");
  CHECK(problem(-0.25F).find("element 1 is -0.25,") != std::string::npos);
  CHECK(problem(std::numeric_limits<float>::quiet_NaN()).find("is nan,") != std::string::npos);
}

}  // namespace deft
