#include <cstdint>
#include <initializer_list>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/tensor.hpp>

// Every expected text is what NumPy 2.4's print(array) writes.

namespace deft {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float inf = std::numeric_limits<float>::infinity();
constexpr std::int64_t min64 = std::numeric_limits<std::int64_t>::min();

Tensor f32(const Shape& shape, std::initializer_list<float> values) {
  return Tensor::from(shape, values);
}
Tensor f64(const Shape& shape, std::initializer_list<double> values) {
  return Tensor::from(shape, values);
}
Tensor i32(const Shape& shape, std::initializer_list<std::int32_t> values) {
  return Tensor::from(shape, values);
}
Tensor i64(const Shape& shape, std::initializer_list<std::int64_t> values) {
  return Tensor::from(shape, values);
}
Tensor boolean(const Shape& shape, std::initializer_list<bool> values) {
  return Tensor::from(shape, values);
}

/// 0, 1, 2, ... times `step`.
template <Element T>
Tensor range(const Shape& shape, T step = 1) {
  Tensor tensor = Tensor::uninitialized(dtype_of<T>(), shape);
  T value = 0;
  for (T& element : tensor.mutable_data<T>()) {
    element = value;
    value += step;
  }
  return tensor;
}

struct Case {
  Tensor tensor;
  std::string numpy;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) CHECK(c.tensor.to_string() == c.numpy);
}

TEST_CASE("a scalar prints with all its digits") {
  check({
      {Tensor::scalar<float>(0), "0.0"},
      {Tensor::scalar<float>(-0.0F), "-0.0"},
      {Tensor::scalar<float>(1), "1.0"},
      {Tensor::scalar<float>(-2.5F), "-2.5"},
      {Tensor::scalar<float>(0.1F), "0.1"},
      {Tensor::scalar<float>(0.0001F), "1e-04"},
      {Tensor::scalar<float>(9.999e-05F), "9.999e-05"},
      {Tensor::scalar<float>(999999.94F), "999999.94"},
      {Tensor::scalar<float>(1000000), "1e+06"},
      {Tensor::scalar<float>(3e+38F), "3e+38"},
      {Tensor::scalar<float>(nan), "nan"},
      {Tensor::scalar<float>(-inf), "-inf"},
      {Tensor::scalar<double>(0.1), "0.1"},
      {Tensor::scalar<double>(0.3333333333333333), "0.3333333333333333"},
      {Tensor::scalar<double>(0.0001), "0.0001"},
      {Tensor::scalar<double>(9.9999e-05), "9.9999e-05"},
      {Tensor::scalar<double>(9999999999999998.0), "9999999999999998.0"},
      {Tensor::scalar<double>(1e+16), "1e+16"},
      {Tensor::scalar<double>(123456789), "123456789.0"},
      {Tensor::scalar<double>(5e-324), "5e-324"},
      {Tensor::scalar<double>(nan), "nan"},
      {Tensor::scalar<double>(inf), "inf"},
      {Tensor::scalar<std::int32_t>(-7), "-7"},
      {Tensor::scalar<std::int64_t>(min64), "-9223372036854775808"},
      {Tensor::scalar<bool>(true), "True"},
      {Tensor::scalar<bool>(false), "False"},
  });
}

/// f16 of these numbers.
Tensor f16(const std::vector<double>& values) { return Tensor::from(values).to(DType::f16); }

TEST_CASE("f16 prints with the digits that it needs") {
  const auto alone = [](double x) { return Tensor::scalar(Half(x)).to_string(); };
  CHECK(alone(0.1) == "0.1");
  CHECK(alone(1.0 / 3) == "0.3333");
  CHECK(alone(0.015625) == "0.01563");
  CHECK(alone(999.5) == "999.5");
  CHECK(alone(1000) == "1e+03");
  CHECK(alone(6e-8) == "6e-08");
  CHECK(alone(65504) == "6.55e+04");
  CHECK(alone(1e-4) == "0.0001");
  CHECK(alone(-0.0) == "-0.0");
  CHECK(alone(static_cast<double>(nan)) == "nan");
  CHECK(alone(static_cast<double>(-inf)) == "-inf");
  check({
      {f16({1, 2, 3}), "[1. 2. 3.]"},
      {f16({0.5, -1, 22.25}), "[ 0.5  -1.   22.25]"},
      {f16({0.1, 0.2, 1.0 / 3}), "[0.1    0.2    0.3333]"},
      {f16({999, 1}), "[999.   1.]"},
      {f16({1000, 1}), "[1.e+03 1.e+00]"},
      {f16({1e-5, 1}), "[1.e-05 1.e+00]"},
      {f16({1, 1001}), "[1.000e+00 1.001e+03]"},
      {f16({1, 1000.4}), "[1.0000e+00 1.0005e+03]"},
      {f16({6e-8, 65504}), "[5.96e-08 6.55e+04]"},
      {f16({1342, -707, 0.00692, -0.015625}), "[ 1.342e+03 -7.070e+02  6.920e-03 -1.563e-02]"},
  });
}

/// NumPy has no bf16; this is its rule, with the digits of bf16.
TEST_CASE("bf16 prints with the digits that it needs") {
  check({
      {Tensor{BFloat16(1.0 / 3), BFloat16(-2)}, "[ 0.334 -2.   ]"},
      {Tensor::scalar(BFloat16(3.14)), "3.14"},
      {Tensor::scalar(BFloat16(100)), "1e+02"},
      {Tensor::scalar(BFloat16(3.4e38)), "inf"},
      {Tensor::scalar(BFloat16(3.38e38)), "3.38e+38"},
  });
}

TEST_CASE("integers at rest print as others") {
  check({
      {Tensor::from<std::int8_t>({2, 2}, {1, -128, 127, 0}), "[[   1 -128]\n [ 127    0]]"},
      {Tensor::from<std::uint16_t>({2}, {0, 65535}), "[    0 65535]"},
      {Tensor::from<std::uint64_t>({2}, {~std::uint64_t{0}, 0}),
       "[18446744073709551615                    0]"},
      {Tensor::scalar(std::int16_t{-7}), "-7"},
  });
}

TEST_CASE("a tensor without elements prints as brackets") {
  check({
      {f64({0}, {}), "[]"},
      {f32({0, 3}, {}), "[]"},
      {i32({2, 0}, {}), "[]"},
  });
}

TEST_CASE("floating numbers print with at most 8 digits after the point") {
  check({
      {f64({3}, {1, 2, 3}), "[1. 2. 3.]"},
      {f64({3}, {0.5, -1, 22.25}), "[ 0.5  -1.   22.25]"},
      {f32({3}, {0.1F, 0.2F, 0.33333334F}), "[0.1        0.2        0.33333334]"},
      {f64({3}, {0.1, 0.2, 0.3333333333333333}), "[0.1        0.2        0.33333333]"},
      {f64({2}, {-0.0, 0}), "[-0.  0.]"},
      {f64({3}, {nan, 1, -inf}), "[ nan   1. -inf]"},
      {f32({2}, {nan, 0.5F}), "[nan 0.5]"},
      {f64({2}, {nan, nan}), "[nan nan]"},
      {f64({2}, {inf, inf}), "[inf inf]"},
      {f32({3}, {-inf, inf, nan}), "[-inf  inf  nan]"},
      {f64({2}, {0.001953125, 0.005859375}), "[0.00195312 0.00585938]"},
      {f64({2}, {1.234567891234, 1}), "[1.23456789 1.        ]"},
      {f64({2}, {1.999999999, 1}), "[2. 1.]"},
      {f64({2}, {0.123456789, 99.5}), "[ 0.12345679 99.5       ]"},
      {f64({2}, {0.0001, 0.1}), "[0.0001 0.1   ]"},
      {f64({1}, {99999999}), "[99999999.]"},
      {f32({1}, {999999}), "[999999.]"},
  });
}

TEST_CASE("floating numbers print with exponents if they are far from 1 or from each other") {
  check({
      {f64({2}, {1e-05, 1}), "[1.e-05 1.e+00]"},
      {f64({2}, {0.0001, 0.1001}), "[1.000e-04 1.001e-01]"},
      {f64({1}, {100000000}), "[1.e+08]"},
      {f32({1}, {1000000}), "[1.e+06]"},
      {f64({3}, {100000000, nan, -inf}), "[1.e+08    nan   -inf]"},
      {f64({2}, {1e-300, -1}), "[ 1.e-300 -1.e+000]"},
      {f64({3}, {1e+100, 1.5, 0}), "[1.0e+100 1.5e+000 0.0e+000]"},
      {f64({2}, {9.9999999999e-05, 1}), "[1.e-04 1.e+00]"},
      {f64({2}, {1.23456789012e-07, 1}), "[1.23456789e-07 1.00000000e+00]"},
      {f32({2}, {1e-45F, 1}), "[1.e-45 1.e+00]"},
      {f32({2}, {0.1F, 8589973504}), "[1.000000e-01 8.589974e+09]"},
      {f32({2}, {16777216, 1}), "[1.6777216e+07 1.0000000e+00]"},
      {f64({2}, {5e-324, 1.7976931348623157e+308}), "[4.94065646e-324 1.79769313e+308]"},
  });
}

TEST_CASE("integers and truth values print to one width") {
  check({
      {i32({3}, {1, -20, 300}), "[  1 -20 300]"},
      {i64({2}, {min64, 1}), "[-9223372036854775808                    1]"},
      {boolean({2}, {true, false}), "[ True False]"},
      {boolean({2}, {true, true}), "[ True  True]"},
  });
}

TEST_CASE("dimensions print as nested brackets") {
  check({
      {f64({2, 2}, {1, 2, 3, 4}), "[[1. 2.]\n [3. 4.]]"},
      {f32({2, 2}, {1.5F, 20, nan, 4}), "[[ 1.5 20. ]\n [ nan  4. ]]"},
      {boolean({2, 2}, {true, false, false, false}), "[[ True False]\n [False False]]"},
      {i32({2, 1}, {1, -2}), "[[ 1]\n [-2]]"},
      {i32({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}), "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"},
      {i32({1, 2, 1, 2}, {0, 1, 2, 3}), "[[[[0 1]]\n\n  [[2 3]]]]"},
      {f32({2, 1, 1, 1, 2, 1, 1, 1}, {0, 1, 2, 3}),
       "[[[[[[[[0.]]]\n\n\n     [[[1.]]]]]]]\n\n\n\n\n\n\n [[[[[[[2.]]]\n\n\n     [[[3.]]]]]]]]"},
  });
}

TEST_CASE("rows break before column 76") {
  check({{range<double>({20}, 1.5),
          R"([ 0.   1.5  3.   4.5  6.   7.5  9.  10.5 12.  13.5 15.  16.5 18.  19.5
 21.  22.5 24.  25.5 27.  28.5])"},
         {range<std::int32_t>({2, 25}),
          R"([[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
  24]
 [25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48
  49]])"},
         {range<double>({1, 1, 30}, 0),
          R"([[[0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0. 0.
   0. 0. 0. 0. 0. 0. 0.]]])"}});
}

TEST_CASE("more than 1000 elements are summarised") {
  check({{range<std::int32_t>({1001}), "[   0    1    2 ...  998  999 1000]"},
         {Tensor::zeros(DType::boolean, {1001}), "[False False False ... False False False]"},
         {range<double>({501, 2}),
          R"([[0.000e+00 1.000e+00]
 [2.000e+00 3.000e+00]
 [4.000e+00 5.000e+00]
 ...
 [9.960e+02 9.970e+02]
 [9.980e+02 9.990e+02]
 [1.000e+03 1.001e+03]])"},
         {range<std::int64_t>({7, 2, 100}),
          R"([[[   0    1    2 ...   97   98   99]
  [ 100  101  102 ...  197  198  199]]

 [[ 200  201  202 ...  297  298  299]
  [ 300  301  302 ...  397  398  399]]

 [[ 400  401  402 ...  497  498  499]
  [ 500  501  502 ...  597  598  599]]

 ...

 [[ 800  801  802 ...  897  898  899]
  [ 900  901  902 ...  997  998  999]]

 [[1000 1001 1002 ... 1097 1098 1099]
  [1100 1101 1102 ... 1197 1198 1199]]

 [[1200 1201 1202 ... 1297 1298 1299]
  [1300 1301 1302 ... 1397 1398 1399]]])"},
         {range<float>({1, 1, 2000}, 0.125F),
          R"([[[0.00000e+00 1.25000e-01 2.50000e-01 ... 2.49625e+02 2.49750e+02
   2.49875e+02]]])"}});
  const std::string whole = range<std::int32_t>({1000}).to_string();
  CHECK(whole.find("...") == std::string::npos);
}

TEST_CASE("the elements that are not shown do not count") {
  Tensor tensor = range<float>({2000}, 0);
  tensor.mutable_data<float>()[1000] = -1e30F;
  CHECK(tensor.to_string() == "[0. 0. 0. ... 0. 0. 0.]");
}

TEST_CASE("a tensor prints to a stream") {
  std::ostringstream out;
  out << f32({2}, {1, 2.5F});
  CHECK(out.str() == "[1.  2.5]");
}

}  // namespace
}  // namespace deft
