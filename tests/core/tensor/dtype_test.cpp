#include <deft/core/dtype.hpp>

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("dtypes have names") {
  CHECK(to_string(DType::f32) == "f32");
  CHECK(to_string(DType::f64) == "f64");
  CHECK(to_string(DType::i32) == "i32");
  CHECK(to_string(DType::i64) == "i64");
  CHECK(to_string(DType::boolean) == "bool");
  CHECK(to_string(DType::u8) == "u8");
  CHECK(to_string(DType::i8) == "i8");
  CHECK(to_string(DType::i16) == "i16");
  CHECK(to_string(DType::u16) == "u16");
  CHECK(to_string(DType::u32) == "u32");
  CHECK(to_string(DType::u64) == "u64");
  CHECK(to_string(DType::f16) == "f16");
  CHECK(to_string(DType::bf16) == "bf16");
  CHECK(to_string(static_cast<DType>(99)) == "unknown");
}

TEST_CASE_TEMPLATE("dtypes have the size of their C++ types", T, float, double, std::int32_t,
                   std::int64_t, bool, std::uint8_t, std::int8_t, std::int16_t, std::uint16_t,
                   std::uint32_t, std::uint64_t, Half, BFloat16) {
  CHECK(size_of(dtype_of<T>()) == sizeof(T));
}

TEST_CASE("dtypes fall into kinds") {
  CHECK(is_floating(dtype_of<float>()));
  CHECK(is_floating(dtype_of<double>()));
  CHECK_FALSE(is_floating(dtype_of<std::int32_t>()));
  CHECK(is_integer(dtype_of<std::int32_t>()));
  CHECK(is_integer(dtype_of<std::int64_t>()));
  CHECK_FALSE(is_integer(dtype_of<bool>()));
  CHECK(is_numeric(dtype_of<std::int64_t>()));
  CHECK_FALSE(is_numeric(dtype_of<bool>()));
  CHECK_FALSE(is_at_rest(dtype_of<bool>()));
  CHECK_FALSE(is_at_rest(dtype_of<float>()));
  CHECK_FALSE(is_at_rest(static_cast<DType>(99)));
}

TEST_CASE_TEMPLATE("arithmetic takes no data at rest", T, std::uint8_t, std::int8_t, std::int16_t,
                   std::uint16_t, std::uint32_t, std::uint64_t, Half, BFloat16) {
  constexpr DType dtype = dtype_of<T>();
  CHECK(is_at_rest(dtype));
  CHECK_FALSE(is_numeric(dtype));
  CHECK(is_floating_at_rest(dtype) == is_narrow_float<T>);
  CHECK(is_integer_at_rest(dtype) == !is_narrow_float<T>);
}

}  // namespace
}  // namespace deft
