#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

Tensor f32(const Shape& shape, const std::vector<float>& values) {
  return Tensor::from(shape, values);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const Tensor two_by_two = f32({1, 1, 2, 2}, {1, 2, 3, 4});
const Tensor wider = f32({1, 1, 2, 4}, {1, 1, 2, 2, 3, 3, 4, 4});

TestInput scales(const std::vector<float>& values) { return known(Tensor::from(values)); }

}  // namespace

TEST_CASE("Resize and Upsample of an open batch in every version") {
  const TestInput x = batched(two_by_two);
  const TestInput twice = scales({1, 1, 1, 2});
  const Attributes attribute{{"scales", std::vector<float>{1, 1, 1, 2}}};
  CHECK(OneNode{"Upsample", {x}, attribute, 7}.value() == wider);
  CHECK(OneNode{"Upsample", {x, twice}, {}, 9}.value() == wider);
  CHECK(OneNode{"Resize", {x, twice}, {}, 10}.value() == wider);
  CHECK(OneNode{"Resize", {x, TestInput(), twice}, {}, 13}.value() == wider);
  const TestInput sizes =
      known(Tensor{std::int64_t{1}, std::int64_t{1}, std::int64_t{2}, std::int64_t{4}});
  CHECK(OneNode{"Resize", {two_by_two, TestInput(), TestInput(), sizes}, {}, 13}.value() == wider);
  CHECK(OneNode{"Resize", {x, TestInput(), scales({2})}, {{"axes", Integers{-1}}}, 18}.value() ==
        wider);
}

TEST_CASE("empty scales and regions are as none") {
  const TestInput none = known(Tensor::zeros(DType::f32, {0}));
  const TestInput sizes =
      known(Tensor{std::int64_t{1}, std::int64_t{1}, std::int64_t{2}, std::int64_t{4}});
  CHECK(OneNode{"Resize", {two_by_two, none, none, sizes}, {}, 11}.value() == wider);
}

TEST_CASE("what Resize leaves as it is may be unknown, and what it changes may not") {
  ModelBuilder model(13);
  model.input("x", DType::f32, {"batch", "channels", "height", 2});
  model.initializer("scales", Tensor{1.0F, 1.0F, 1.0F, 2.0F});
  model.node("Resize", {"x", "", "scales"}, {"y"}).output("y");
  const Graph graph;
  CHECK(model.import(graph).output("y").shape() ==
        Shape{Shape::unknown, Shape::unknown, Shape::unknown, 4});
  const OneNode open{"Resize", {batched(two_by_two), TestInput(), scales({2, 1, 1, 1})}};
  CHECK(contains(open.refusal(), "dimension 0 of x [?, 1, 2, 2] must be known"));
  const OneNode fed{"Resize", {two_by_two, TestInput(), Tensor{1.0F, 1.0F, 1.0F, 2.0F}}};
  CHECK(contains(fed.refusal(), "its scales, \"c\", must be known at import"));
}

TEST_CASE("sizes of Resize are products in f32, as ONNX's shapes are") {
  const Tensor x = f32({1, 1, 5}, {1, 2, 3, 4, 5});
  CHECK(OneNode{"Resize", {x, TestInput(), scales({1, 1, 2.6F})}}.value().shape() ==
        Shape{1, 1, 13});
}

TEST_CASE("Resize of bytes interpolates in f64 and truncates") {
  const Tensor x = Tensor::from({1, 1, 2}, std::vector<std::uint8_t>{0, 255});
  const OneNode resize{"Resize", {x, TestInput(), scales({1, 1, 2})}, {{"mode", "linear"}}};
  CHECK(resize.value() == Tensor::from({1, 1, 4}, std::vector<std::uint8_t>{0, 63, 191, 255}));
}

TEST_CASE("tf_half_pixel_for_nn is half an element behind half_pixel") {
  const Tensor x = f32({1, 1, 4}, {1, 2, 3, 4});
  const auto resized = [&](const char* nearest) {
    return OneNode{
        "Resize",
        {x, TestInput(), scales({1, 1, 0.5F})},
        {{"coordinate_transformation_mode", "tf_half_pixel_for_nn"}, {"nearest_mode", nearest}},
        11};
  };
  CHECK(resized("floor").value() == f32({1, 1, 2}, {2, 4}));
  CHECK(resized("round_prefer_floor").value() == f32({1, 1, 2}, {2, 4}));
  CHECK(contains(resized("ceil").refusal(), "with tf_half_pixel_for_nn deft has the nearest_mode"));
}

TEST_CASE("Resize refuses what it does not know") {
  const TestInput twice = scales({1, 1, 1, 2});
  const auto refusal = [&](const Attributes& attributes) {
    return OneNode{"Resize", {two_by_two, TestInput(), twice}, attributes}.refusal();
  };
  CHECK(contains(refusal({{"mode", "area"}}), "its mode \"area\" is none that deft knows"));
  CHECK(contains(refusal({{"nearest_mode", "any"}}),
                 "its nearest_mode \"any\" is none that deft knows"));
  CHECK(contains(OneNode{"Resize", {two_by_two, TestInput(), scales({1, 2})}}.refusal(),
                 "it has 2 scales for 4 dimensions"));
}

TEST_CASE("AffineGrid of the identity samples what there is") {
  const Tensor identity = f32({1, 2, 3}, {1, 0, 0, 0, 1, 0});
  const TestInput size =
      known(Tensor{std::int64_t{1}, std::int64_t{1}, std::int64_t{2}, std::int64_t{2}});
  for (const int corners : {0, 1}) {
    CAPTURE(corners);
    const Attributes attributes{{"align_corners", corners}};
    const Tensor grid = OneNode{"AffineGrid", {batched(identity), size}, attributes, 20}.value();
    CHECK(grid.shape() == Shape{1, 2, 2, 2});
    CHECK(OneNode{"GridSample", {batched(two_by_two), grid}, attributes, 20}.value() == two_by_two);
  }
}

TEST_CASE("Det of matrices of an open batch") {
  CHECK(OneNode{"Det", {batched(f32({1, 2, 2}, {1, 2, 3, 4}))}}.value() == f32({1}, {-2}));
}

}  // namespace deft::onnx
