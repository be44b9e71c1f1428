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
  CHECK(to_string(static_cast<DType>(99)) == "unknown");
}

TEST_CASE_TEMPLATE("dtypes have the size of their C++ types", T, float, double, std::int32_t,
                   std::int64_t, bool) {
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
}

}  // namespace
}  // namespace deft
