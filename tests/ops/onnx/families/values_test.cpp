#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "ops/onnx/support/one_node.hpp"
#include "support/ops/evaluate.hpp"

namespace deft::onnx {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Tensor cast_to(const Tensor& x, DType dtype) {
  return OneNode{
      .op = "Cast", .inputs = {x}, .attributes = {{"to", static_cast<int>(element_type(dtype))}}}
      .value();
}

}  // namespace

TEST_CASE("what no integer is becomes what processors make of it") {
  constexpr auto low32 = std::numeric_limits<std::int32_t>::min();
  constexpr auto low64 = std::numeric_limits<std::int64_t>::min();
  const Tensor x{nan, infinity, -infinity, 3e9, -3e9, 2147483647.5, -2.9};
  CHECK(same_bytes(cast_to(x, DType::i32),
                   Tensor{low32, low32, low32, low32, low32, 2147483647, -2}));
  CHECK(same_bytes(cast_to(x, DType::i64),
                   Tensor{low64, low64, low64, std::int64_t{3000000000}, std::int64_t{-3000000000},
                          std::int64_t{2147483647}, std::int64_t{-2}}));
  CHECK(same_bytes(cast_to(Tensor{300.0F, -1.0F}, DType::u8),
                   Tensor{std::uint8_t{44}, std::uint8_t{255}}));
  CHECK(same_bytes(cast_to(Tensor{3e9, -1.0}, DType::u32),
                   Tensor{std::uint32_t{3000000000U}, std::uint32_t{4294967295U}}));
  CHECK(same_bytes(cast_to(Tensor{0x1p63, 0x1.8p63, 0x1p64, -1.0, nan}, DType::u64),
                   Tensor{std::uint64_t{1} << 63U, std::uint64_t{3} << 62U, std::uint64_t{1} << 63U,
                          std::numeric_limits<std::uint64_t>::max(), std::uint64_t{1} << 63U}));
  CHECK(same_bytes(cast_to(Tensor{Half(2.5F)}, DType::i16), Tensor{std::int16_t{2}}));
  CHECK(same_bytes(cast_to(x, DType::boolean), Tensor{true, true, true, true, true, true, true}));
}

TEST_CASE("a cast to elements that deft does not have is refused by their name") {
  const OneNode node{.op = "Cast", .inputs = {Tensor{1.0F}}, .attributes = {{"to", 17}}};
  CHECK(node.refusal().find("it casts to FLOAT8E4M3FN, for which deft has no dtype") !=
        std::string::npos);
}

TEST_CASE("constants in all forms") {
  const auto value = [](const TestAttribute& attribute) {
    return OneNode{.op = "Constant", .attributes = {attribute}}.value();
  };
  CHECK(same_bytes(value({"value_float", 0.5}), Tensor::scalar(0.5F)));
  CHECK(same_bytes(value({"value_int", 3}), Tensor::scalar(std::int64_t{3})));
  CHECK(
      same_bytes(value({"value_ints", Integers{3, 4}}), Tensor{std::int64_t{3}, std::int64_t{4}}));
  CHECK(same_bytes(value({"value_floats", std::vector<float>{1, 2}}), Tensor{1.0F, 2.0F}));
  CHECK(same_bytes(value({"value", Tensor{{true}, {false}}}), Tensor{{true}, {false}}));
  const OneNode text{.op = "Constant", .attributes = {{"value_string", "text"}}};
  CHECK(text.refusal().find("deft has no strings") != std::string::npos);
  CHECK(OneNode{.op = "Constant"}.refusal().find("it has no value") != std::string::npos);
}

}  // namespace deft::onnx
