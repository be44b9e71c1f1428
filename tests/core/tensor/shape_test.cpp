#include <deft/core/shape.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;
constexpr std::int64_t max64 = std::numeric_limits<std::int64_t>::max();

TEST_CASE("a default shape is that of a scalar") {
  const Shape scalar;
  CHECK(scalar.rank() == 0);
  CHECK(scalar.num_elements() == 1);
  CHECK(scalar.is_fully_defined());
  CHECK(scalar.to_string() == "[]");
  CHECK(scalar == Shape{});
}

TEST_CASE("a shape has its dimensions") {
  const Shape shape{2, 3, 4};
  CHECK(shape.rank() == 3);
  CHECK(shape[0] == 2);
  CHECK(shape[2] == 4);
  CHECK(shape.num_elements() == 24);
  CHECK(shape.num_bytes(DType::f64) == 192);
  CHECK(shape.num_bytes(DType::boolean) == 24);
  CHECK(shape == Shape(std::vector<std::int64_t>{2, 3, 4}));
  CHECK(shape != Shape{2, 3});
  CHECK(shape != Shape{2, 3, 5});
  CHECK(shape != Shape{2, 3, 4, 1});
}

TEST_CASE("shapes print") {
  CHECK(Shape{2, 3}.to_string() == "[2, 3]");
  CHECK(Shape{Shape::unknown, 2}.to_string() == "[?, 2]");
  CHECK(Shape{0}.to_string() == "[0]");
  CHECK(to_string(TensorSpec{DType::boolean, {5}}) == "bool[5]");
  CHECK(to_string(TensorSpec{DType::f32, {}}) == "f32[]");
}

TEST_CASE("a shape may have rank 8 and not 9") {
  const std::vector<std::int64_t> nine(9, 1);
  CHECK(Shape(std::span(nine).first(8)).rank() == 8);
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([&] { return Shape(nine); });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "a shape has rank 9, but the highest rank is 8");
}

TEST_CASE("a negative dimension is refused") {
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([] { return Shape{2, -3}; });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": dimension 1 of a shape is -3; a dimension is 0 or more, or Shape::unknown");
  CHECK_THROWS_AS((Shape{std::numeric_limits<std::int64_t>::min()}), ValueError);
}

TEST_CASE("dimensions are integers of any type") {
  const std::vector<float> values(3);
  CHECK(Shape{values.size(), 1} == Shape{3, 1});
  CHECK(Shape{short{2}, 3U, 4L, 5ULL} == Shape{2, 3, 4, 5});
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([] { return Shape{1, std::uint64_t{1} << 63U}; });
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": dimension 1 of a shape is 9223372036854775808; a dimension is below 2^63");
  // As a 64-bit integer it would be Shape::unknown.
  CHECK_THROWS_AS((Shape{std::numeric_limits<std::size_t>::max()}), ValueError);
}

TEST_CASE("a dimension outside the rank is refused") {
  const auto error = caught<ValueError>([] { return Shape{2, 3}[2]; });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(std::string(error.what()) == "shape [2, 3] has no dimension 2; its rank is 2");
  CHECK_THROWS_AS((Shape{}[0]), ValueError);
  CHECK_THROWS_AS((Shape{}[std::numeric_limits<std::size_t>::max()]), ValueError);
}

TEST_CASE("the number of elements does not overflow") {
  CHECK(Shape{max64}.num_elements() == max64);
  CHECK(Shape{huge, std::int64_t{1} << 22}.num_elements() == std::int64_t{1} << 62);
  const Shape wrapped{huge, huge};
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([&] { return wrapped.num_elements(); });
  CHECK(error.code() == ErrorCode::overflow);
  CHECK(error.info().where.line == line);
  CHECK(error.info().message ==
        "the number of elements of shape [1099511627776, 1099511627776] does not fit in 63 bits");
  CHECK_THROWS_AS(Shape({huge, std::int64_t{1} << 23}).num_elements(), ValueError);
  CHECK_THROWS_AS(Shape({max64, 2}).num_elements(), ValueError);
}

TEST_CASE("a shape with a zero has no elements, but its other dimensions must fit") {
  CHECK(Shape{huge, 0}.num_elements() == 0);
  CHECK(Shape{0, max64}.num_elements() == 0);
  CHECK(Shape{0, huge}.num_bytes(DType::f64) == 0);
  constexpr std::int64_t quarter = std::int64_t{1} << 62;
  const auto error = caught<ValueError>([] { return Shape{0, quarter, quarter}.num_elements(); });
  CHECK(error.code() == ErrorCode::overflow);
  CHECK_THROWS_AS(Shape({huge, 0, huge}).num_elements(), ValueError);
  CHECK(Shape{0, max64}.num_bytes(DType::boolean) == 0);
  CHECK_THROWS_AS(Shape({0, max64}).num_bytes(DType::f32), ValueError);
}

TEST_CASE("the number of bytes does not overflow") {
  const Shape shape{std::int64_t{1} << 60};
  CHECK(shape.num_bytes(DType::f32) == std::size_t{1} << 62U);
  const auto error = caught<ValueError>([&] { return shape.num_bytes(DType::f64); });
  CHECK(error.code() == ErrorCode::overflow);
  CHECK(error.info().message ==
        "the size in bytes of f64[1152921504606846976] does not fit in 63 bits");
  CHECK(Shape{max64}.num_bytes(DType::boolean) == static_cast<std::size_t>(max64));
  CHECK_THROWS_AS(Shape{max64}.num_bytes(DType::f32), ValueError);
}

TEST_CASE("the number of elements of an unknown shape is refused") {
  const Shape partial{Shape::unknown, 0};
  CHECK_FALSE(partial.is_fully_defined());
  const auto error = caught<ValueError>([&] { return partial.num_elements(); });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(error.info().message == "the number of elements of shape [?, 0] is unknown");
  CHECK_THROWS_AS(partial.num_bytes(DType::f32), ValueError);
}

TEST_CASE("shapes that a tensor could both have are compatible") {
  const Shape partial{Shape::unknown, 2};
  CHECK(partial.is_compatible_with({3, 2}));
  CHECK(Shape{0, 2}.is_compatible_with(partial));
  CHECK(partial.is_compatible_with({3, Shape::unknown}));
  CHECK_FALSE(partial.is_compatible_with({3, 3}));
  CHECK_FALSE(partial.is_compatible_with({2}));
  CHECK_FALSE(partial.is_compatible_with({3, 2, 1}));
  CHECK(Shape{}.is_compatible_with(Shape{}));
}

}  // namespace
}  // namespace deft
