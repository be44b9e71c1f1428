#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("where bounds cross, the upper one holds, and NaN stays") {
  const Tensor x{-1.0F, 5.0F, nan, infinity};
  const TestInput two = known(Tensor::scalar(2.0F)), one = known(Tensor::scalar(1.0F));
  const Tensor clipped = OneNode{.op = "Clip", .inputs = {x, two, one}}.value();
  CHECK(clipped.at<float>(0) == 1);
  CHECK(clipped.at<float>(1) == 1);
  CHECK(clipped.at<float>(2) != clipped.at<float>(2));
  const OneNode above{.op = "Clip", .inputs = {x, one}};
  CHECK(same_bytes(above.value(), Tensor{1.0F, 5.0F, nan, infinity}));
  const OneNode below{.op = "Clip", .inputs = {x, {}, Tensor{1.0F}}};  // a bound of rank 1
  CHECK(same_bytes(below.value(), Tensor{-1.0F, 1.0F, nan, 1.0F}));
  const OneNode free{.op = "Clip", .inputs = {x}};
  CHECK(same_bytes(free.value(), x));
}

TEST_CASE("before version 11 bounds are attributes") {
  const OneNode node{.op = "Clip",
                     .inputs = {Tensor{-1.0, 0.5, 5.0}},
                     .attributes = {{"min", 0.0}, {"max", 1.0}},
                     .opset = 6};
  CHECK(same_bytes(node.value(), Tensor{0.0, 0.5, 1.0}));
}

TEST_CASE("narrow integers are clipped, u64 is not") {
  const Tensor x{std::int8_t{-100}, std::int8_t{100}};
  const OneNode node{.op = "Clip", .inputs = {x, Tensor::scalar(std::int8_t{-3})}};
  CHECK(same_bytes(node.value(), Tensor{std::int8_t{-3}, std::int8_t{100}}));
  const OneNode wide{.op = "Clip",
                     .inputs = {Tensor{std::uint64_t{1}}, Tensor::scalar(std::uint64_t{2})}};
  CHECK(wide.refusal().find("does not clip u64") != std::string::npos);
}

TEST_CASE("infinities of one sign") {
  const Tensor x{-infinity, infinity, nan, 1.0F};
  const auto found = [&](int negative, int positive) {
    return OneNode{.op = "IsInf",
                   .inputs = {x},
                   .attributes = {{"detect_negative", negative}, {"detect_positive", positive}}}
        .value();
  };
  CHECK(same_bytes(found(1, 1), Tensor{true, true, false, false}));
  CHECK(same_bytes(found(1, 0), Tensor{true, false, false, false}));
  CHECK(same_bytes(found(0, 1), Tensor{false, true, false, false}));
  CHECK(same_bytes(found(0, 0), Tensor{false, false, false, false}));
}

TEST_CASE("bits are shifted left or right, and nowhere else") {
  const Tensor x{std::uint16_t{5}, std::uint16_t{40000}};
  const Tensor by{std::uint16_t{1}, std::uint16_t{1}};
  OneNode node{.op = "BitShift", .inputs = {x, by}, .attributes = {{"direction", "LEFT"}}};
  CHECK(same_bytes(node.value(), Tensor{std::uint16_t{10}, std::uint16_t{14464}}));
  node.attributes = {{"direction", "UP"}};
  CHECK(node.refusal().find("neither LEFT nor RIGHT") != std::string::npos);
}

TEST_CASE("before version 7 an axis says where the second operand of logic lies") {
  const OneNode node{.op = "And",
                     .inputs = {Tensor{{true, true}, {true, true}}, Tensor{true, false}},
                     .attributes = {{"broadcast", 1}, {"axis", 0}},
                     .opset = 6};
  CHECK(same_bytes(node.value(), Tensor{{true, true}, {false, false}}));
}

}  // namespace deft::onnx
