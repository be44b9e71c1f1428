#include <deft/core/attributes.hpp>

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "caught.hpp"

namespace deft {
namespace {

Attributes all_types() {
  return {{"keep", true},
          {"axis", 3},
          {"scale", 0.1},
          {"label", "x y"},
          {"to", DType::i32},
          {"shape", Shape{Shape::unknown, 2}},
          {"axes", std::vector<std::int64_t>{0, -1}},
          {"value", Tensor::zeros(DType::f32, {2, 3})}};
}

TEST_CASE("attributes have values of their types") {
  const Attributes attributes = all_types();
  CHECK(attributes.get<bool>("keep"));
  CHECK(attributes.get<std::int64_t>("axis") == 3);
  CHECK(attributes.get<double>("scale") == 0.1);
  CHECK(attributes.get<std::string>("label") == "x y");
  CHECK(attributes.get<DType>("to") == DType::i32);
  CHECK(attributes.get<Shape>("shape") == Shape{Shape::unknown, 2});
  CHECK(attributes.get<std::vector<std::int64_t>>("axes") == std::vector<std::int64_t>{0, -1});
  CHECK(attributes.get<Tensor>("value").shape() == Shape{2, 3});
  CHECK(attributes.entries().size() == 8);
  CHECK_FALSE(attributes.empty());
}

TEST_CASE("a missing attribute is refused") {
  const Attributes attributes = all_types();
  CHECK(attributes.find("absent") == nullptr);
  CHECK(attributes.find("axis") != nullptr);
  const auto absent = caught<ValueError>([&] { return attributes.get<bool>("absent"); });
  CHECK(absent.code() == ErrorCode::invalid_argument);
  CHECK(absent.info().message == "the attribute 'absent' is missing or has another type");
  CHECK_THROWS_AS(attributes.get<double>("axis"), ValueError);
  CHECK_THROWS_AS(Attributes().get<double>(""), ValueError);
}

TEST_CASE("attributes print in the order given") {
  CHECK(all_types().to_string() ==
        "{keep: true, axis: 3, scale: 0.1, label: 'x y', to: i32, shape: [?, 2], axes: [0, -1], "
        "value: f32[2, 3]}");
  CHECK(Attributes().to_string() == "{}");
  CHECK(Attributes{{"x", std::numeric_limits<double>::lowest()}}.to_string() ==
        "{x: -1.7976931348623157e+308}");
  CHECK(Attributes{{"x", -std::numeric_limits<double>::infinity()}}.to_string() == "{x: -inf}");
}

TEST_CASE("attributes are equal by name, type and value") {
  CHECK(all_types() == all_types());
  CHECK(all_types().hash() == all_types().hash());
  const std::vector<Attributes> different{
      {},
      {{"x", 0}},
      {{"y", 0}},
      {{"x", 1}},
      {{"x", 0.0}},
      {{"x", -0.0}},
      {{"x", 0.5}},
      {{"x", false}},
      {{"x", ""}},
      {{"x", DType::f32}},
      {{"x", Shape{}}},
      {{"x", Shape{0}}},
      {{"x", std::vector<std::int64_t>{}}},
      {{"x", std::vector<std::int64_t>{0}}},
      {{"x", Tensor()}},
      {{"x", Tensor::zeros(DType::f32, {1})}},
      {{"x", Tensor::zeros(DType::f32, {1, 1})}},
      {{"x", Tensor::zeros(DType::i32, {1})}},
      {{"x", Tensor::scalar(1.0F)}},
      {{"x", 0}, {"y", 1}},
      {{"y", 1}, {"x", 0}},
  };
  std::set<std::size_t> hashes;
  for (std::size_t i = 0; i < different.size(); ++i) {
    for (std::size_t j = 0; j < different.size(); ++j) {
      CHECK((different[i] == different[j]) == (i == j));
    }
    hashes.insert(different[i].hash());
  }
  CHECK(hashes.size() == different.size());
}

TEST_CASE("NaN attributes are equal to themselves") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Attributes first{{"a", nan}, {"b", Tensor::scalar(nan)}};
  const Attributes second{{"a", nan}, {"b", Tensor::scalar(nan)}};
  CHECK(first == second);
  CHECK(first.hash() == second.hash());
}

TEST_CASE("hashes of doubles differ in their low bits") {
  std::set<std::size_t> low_bits;
  for (int i = 0; i < 256; ++i) {
    low_bits.insert(Attributes{{"x", static_cast<double>(i)}}.hash() % 4096);
  }
  CHECK(low_bits.size() > 200);
}

}  // namespace
}  // namespace deft
