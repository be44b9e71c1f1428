#include <cmath>
#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

constexpr std::uint64_t top = std::uint64_t{1} << 63U;
constexpr auto low32 = std::numeric_limits<std::int32_t>::min();

template <class T>
Tensor numbers(std::initializer_list<int> values) {
  std::vector<T> elements;
  for (const int value : values) elements.push_back(T(value));
  return Tensor::from(std::move(elements));
}

}  // namespace

TEST_CASE_TEMPLATE("narrow integers are computed modulo 2^bits", T, std::uint8_t, std::int8_t,
                   std::uint16_t, std::int16_t, std::uint32_t, std::uint64_t) {
  const Tensor x = numbers<T>({100, 7, 1}), y = numbers<T>({100, 2, 2});
  CHECK(same_bytes(OneNode{.op = "Mul", .inputs = {x, y}}.value(), Tensor{T(10000), T(14), T(2)}));
  CHECK(same_bytes(OneNode{.op = "Sub", .inputs = {x, y}}.value(), Tensor{T(0), T(5), T(-1)}));
  CHECK(same_bytes(OneNode{.op = "Div", .inputs = {x, y}}.value(), Tensor{T(1), T(3), T(0)}));
  CHECK(same_bytes(OneNode{.op = "Mod", .inputs = {x, y}}.value(), Tensor{T(0), T(1), T(1)}));
  CHECK(same_bytes(OneNode{.op = "Max", .inputs = {x, y}}.value(), Tensor{T(100), T(7), T(2)}));
}

TEST_CASE_TEMPLATE("floats of 16 bits are computed in f32 and rounded once", T, Half, BFloat16) {
  const Tensor x = numbers<T>({1, 2}), y = numbers<T>({3, 3});
  const Tensor third{T(1.0F / 3), T(2.0F / 3)};
  CHECK(same_bytes(OneNode{.op = "Div", .inputs = {x, y}}.value(), third));
  CHECK(same_bytes(OneNode{.op = "Mean", .inputs = {x, y}}.value(), Tensor{T(2), T(2.5F)}));
}

TEST_CASE("u64 is divided as what it is, beyond 2^63 too") {
  const std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  const Tensor x{all, all, top, std::uint64_t{6}, all}, y{std::uint64_t{3}, top, all, top, all - 1};
  const OneNode division{.op = "Div", .inputs = {x, y}};
  const OneNode rest{.op = "Mod", .inputs = {x, y}};
  std::vector<std::uint64_t> quotients, rests;
  for (std::int64_t i = 0; i < 5; ++i) {
    quotients.push_back(x.at<std::uint64_t>(i) / y.at<std::uint64_t>(i));
    rests.push_back(x.at<std::uint64_t>(i) % y.at<std::uint64_t>(i));
  }
  CHECK(same_bytes(division.value(), Tensor::from(quotients)));
  CHECK(same_bytes(rest.value(), Tensor::from(rests)));
  CHECK(same_bytes(OneNode{.op = "Min", .inputs = {x, y}}.value(),
                   Tensor{std::uint64_t{3}, top, top, std::uint64_t{6}, all - 1}));
}

TEST_CASE("a power has the dtype of its base") {
  const Tensor integers{2, -2, 9, 10};
  const OneNode root{.op = "Pow", .inputs = {integers, Tensor{0.5F, 3.0F, 0.5F, 10.0F}}};
  CHECK(same_bytes(root.value(), Tensor{1, -8, 3, low32}));  // 10^10 is out of range
  const OneNode wide{.op = "Pow", .inputs = {integers, Tensor::scalar(std::int64_t{3})}};
  CHECK(same_bytes(wide.value(), Tensor{8, -8, 729, 1000}));
  const Tensor odd = Tensor::scalar(std::int64_t{(1 << 24) + 1});
  const OneNode sign{.op = "Pow", .inputs = {Tensor{-1.0F}, odd}};
  CHECK(same_bytes(sign.value(), Tensor{-1.0F}));
  const OneNode known_sign{.op = "Pow", .inputs = {Tensor{-1.0F}, known(odd)}};
  CHECK(same_bytes(known_sign.value(), Tensor{-1.0F}));
}

TEST_CASE("before version 7 an axis says where the second operand lies") {
  const Tensor x{{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}}, rows{10.0F, 20.0F};
  OneNode node{
      .op = "Add", .inputs = {x, rows}, .attributes = {{"broadcast", 1}, {"axis", 0}}, .opset = 6};
  CHECK(same_bytes(node.value(), Tensor{{11.0F, 12.0F, 13.0F}, {24.0F, 25.0F, 26.0F}}));
  node.inputs[1] = Tensor{10.0F, 20.0F, 30.0F};
  node.attributes.pop_back();
  CHECK(same_bytes(node.value(), Tensor{{11.0F, 22.0F, 33.0F}, {14.0F, 25.0F, 36.0F}}));
  node.attributes.emplace_back("axis", 2);
  CHECK(node.refusal().find("does not fit into the first, f32[2, 3], from axis 2 on") !=
        std::string::npos);
}

TEST_CASE("integers divided by zero fail the run") {
  const OneNode node{.op = "Div", .inputs = {Tensor{std::uint8_t{1}}, Tensor{std::uint8_t{0}}}};
  CHECK_THROWS_AS(node.run(), RunError);
}

}  // namespace deft::onnx
