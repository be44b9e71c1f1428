#include <deft/core/tensor.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"

namespace deft {
namespace {

bool is_aligned(const void* address) { return reinterpret_cast<std::uintptr_t>(address) % 64 == 0; }

TEST_CASE_TEMPLATE("a tensor has its values", T, float, double, std::int32_t, std::int64_t, bool) {
  const std::vector<T> values{T(1), T(0), T(1), T(1), T(0), T(0)};
  const Tensor tensor = Tensor::from<T>({2, 3}, values);
  CHECK(tensor.dtype() == dtype_of<T>());
  CHECK(tensor.shape() == Shape{2, 3});
  CHECK(tensor.num_elements() == 6);
  CHECK(tensor.num_bytes() == 6 * sizeof(T));
  CHECK(is_aligned(tensor.raw()));
  CHECK(tensor == Tensor::from<T>({2, 3}, {T(1), T(0), T(1), T(1), T(0), T(0)}));
  for (std::size_t i = 0; i < 6; ++i) CHECK(tensor.data<T>()[i] == values[i]);
}

TEST_CASE("a tensor is made from anything contiguous") {
  const std::array<float, 2> array{1, 2};
  const Tensor wanted = Tensor::from<float>({2}, {1, 2});
  CHECK(Tensor::from<float>({2}, array) == wanted);
  CHECK(Tensor::from<float>({2}, std::span<const float>(array)) == wanted);
  CHECK(Tensor::from<float>({2}, std::vector<float>{1, 2}) == wanted);
  CHECK(Tensor::from({2}, std::vector<float>{1, 2}) == wanted);
  CHECK(Tensor::from<float>({0}, {}) == Tensor());
  CHECK(Tensor::zeros(DType::f32, {array.size(), 1}).shape() == Shape{2, 1});
}

TEST_CASE("a scalar has one element") {
  CHECK(Tensor::scalar(2.5).item<double>() == 2.5);
  CHECK(Tensor::scalar(2.5).shape() == Shape{});
  CHECK(Tensor::scalar(true).item<bool>());
  CHECK(Tensor::from<std::int64_t>({1, 1}, {7}).item<std::int64_t>() == 7);
}

TEST_CASE("zeros are zero") {
  for (int i = 0; i <= static_cast<int>(DType::bf16); ++i) {
    const auto dtype = static_cast<DType>(i);
    CHECK(Tensor::zeros(dtype, {3}).to<bool>() == std::vector<bool>(3, false));
    CHECK(bitwise_equal(Tensor::zeros(dtype, {3}), Tensor::zeros(dtype, {3})));
  }
  for (const double value : Tensor::zeros(DType::f64, {100}).data<double>()) CHECK(value == 0);
}

TEST_CASE("tensors of data at rest are made, read and compared") {
  const Tensor halves{{Half(1), Half(2.5)}, {Half(-3), Half(0)}};
  CHECK(halves.spec() == TensorSpec{DType::f16, {2, 2}});
  CHECK(halves.at<Half>(0, 1) == Half(2.5));
  Tensor other = halves;
  other.set({1, 1}, Half(-0.0));
  CHECK(other == halves);
  CHECK_FALSE(bitwise_equal(other, halves));
  other.set({1, 1}, Half(std::numeric_limits<float>::quiet_NaN()));
  CHECK_FALSE(other == other);
  CHECK(Tensor::from(std::vector<BFloat16>{BFloat16(2)}).item<BFloat16>() == BFloat16(2));
  CHECK(Tensor::from(std::vector<std::uint64_t>{~std::uint64_t{0}}).item<std::uint64_t>() ==
        std::numeric_limits<std::uint64_t>::max());
  CHECK(Tensor{1U, 2U}.dtype() == DType::u32);
  CHECK(Tensor::from<std::int8_t>({2}, {-1, 127}) == Tensor::from<std::int8_t>({-1, 127}));
  CHECK(caught<ValueError>([&] { return halves.data<std::uint16_t>(); }).code() ==
        ErrorCode::dtype_mismatch);
}

TEST_CASE("a tensor without elements has a valid address") {
  for (const Tensor& tensor : {Tensor(), Tensor::zeros(DType::f64, {0, 3}),
                               Tensor::uninitialized(DType::boolean, {3, 0})}) {
    CHECK(tensor.num_elements() == 0);
    CHECK(tensor.raw() != nullptr);
    CHECK(is_aligned(tensor.raw()));
    CHECK(tensor.is_unique());
  }
  CHECK(Tensor().shape() == Shape{0});
  CHECK(Tensor().dtype() == DType::f32);
  CHECK(Tensor().data<float>().empty());
  Tensor empty = Tensor::zeros(DType::i32, {0});
  CHECK(empty.mutable_data<std::int32_t>().empty());
  const std::int64_t huge = std::int64_t{1} << 40;
  CHECK(Tensor::zeros(DType::f64, {huge, 0}).num_bytes() == 0);
  CHECK_THROWS_AS(Tensor::zeros(DType::f64, {huge, 0, huge}), ValueError);
}

TEST_CASE("copies share storage until one is written") {
  Tensor first = Tensor::from<float>({2}, {1, 2});
  CHECK(first.is_unique());
  Tensor second = first;
  CHECK(second.raw() == first.raw());
  CHECK_FALSE(first.is_unique());
  second.mutable_data<float>()[0] = 5;
  CHECK(second.raw() != first.raw());
  CHECK(is_aligned(second.raw()));
  CHECK(first == Tensor::from<float>({2}, {1, 2}));
  CHECK(second == Tensor::from<float>({2}, {5, 2}));
  CHECK(first.is_unique());
  const void* const before = first.raw();
  first.mutable_data<float>()[1] = 3;
  CHECK(first.raw() == before);
}

TEST_CASE("a tensor that was moved from is empty") {
  Tensor first = Tensor::from<double>({2}, {1, 2});
  const Tensor second = std::move(first);
  CHECK(first == Tensor());  // NOLINT(bugprone-use-after-move)
  CHECK(first.raw() != nullptr);
  CHECK(first.to_string() == "[]");
  CHECK(second.is_unique());
  CHECK(second == Tensor::from<double>({2}, {1, 2}));

  Tensor third = Tensor::scalar(1.0F);
  third = second;
  Tensor& same = third;
  third = std::move(same);
  CHECK(third == second);
  first = std::move(third);
  CHECK(first == second);
  CHECK(third == Tensor());  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("copies in several threads are independent") {
  Tensor tensor = Tensor::zeros(DType::i64, {1000});
  for (int round = 0; round < 100; ++round) {
    std::int64_t sum = -1;
    std::thread reader([copy = tensor, &sum]() mutable {
      std::int64_t total = 0;
      for (const std::int64_t value : copy.data<std::int64_t>()) total += value;
      copy = Tensor();  // from here on the writer may have the storage to itself
      sum = total;
    });
    for (std::int64_t& value : tensor.mutable_data<std::int64_t>()) ++value;
    reader.join();
    CHECK(sum == 1000 * round);
  }
}

TEST_CASE("the elements of a temporary outlive it") {
  const auto make = [] { return Tensor::from<bool>({3}, {true, false, true}); };
  int count = 0;
  for (const bool value : make().data<bool>()) count += value ? 1 : 0;
  CHECK(count == 2);
  const auto elements = Tensor::from<float>({2}, {1, 2}).data<float>();
  CHECK(elements[1] == 2);
  CHECK_THROWS_AS(make().data<float>(), ValueError);
}

TEST_CASE("reshaping shares storage") {
  const Tensor tensor = Tensor::from<float>({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor flat = tensor.reshaped({6});
  CHECK(flat.shape() == Shape{6});
  CHECK(flat.raw() == tensor.raw());
  CHECK(Tensor().reshaped({3, 0}).shape() == Shape{3, 0});
  const auto error = caught<ValueError>([&] { return tensor.reshaped({4}); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().message == "a tensor f32[2, 3] of 6 elements cannot take shape [4] of 4");
  CHECK(caught<ValueError>([&] {
          return tensor.reshaped({Shape::unknown, 2});
        }).code() == ErrorCode::invalid_argument);
}

TEST_CASE("a wrong number of values is refused") {
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([] { return Tensor::from<float>({2, 3}, {1, 2, 3, 4}); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": a tensor of shape [2, 3] has 6 elements, but 4 values are given; give one value per "
            "element, in row-major order");
  CHECK_THROWS_AS(Tensor::from<bool>({2}, std::vector<bool>(3)), ValueError);
  CHECK_THROWS_AS(Tensor::from<float>({}, {}), ValueError);
}

TEST_CASE("an unknown dimension is refused") {
  const auto error = caught<ValueError>([] { return Tensor::zeros(DType::f32, {2, -1}); });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(error.info().message == "a tensor of shape [2, ?] cannot be made: a dimension is unknown");
  CHECK_THROWS_AS(Tensor::from<float>({Shape::unknown}, {1}), ValueError);
  CHECK_THROWS_AS(Tensor::from<bool>({Shape::unknown, 0}, std::vector<bool>()), ValueError);
}

TEST_CASE("a dtype that does not exist is refused") {
  const auto error = caught<ValueError>([] { return Tensor::zeros(static_cast<DType>(99), {2}); });
  CHECK(error.code() == ErrorCode::invalid_argument);
  CHECK(error.info().message == "99 is not a dtype");
}

TEST_CASE("a size that overflows is refused") {
  const std::int64_t huge = std::int64_t{1} << 40;
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([&] { return Tensor::zeros(DType::f32, {huge, huge}); });
  CHECK(error.code() == ErrorCode::overflow);
  CHECK(error.info().where.line == line);
  CHECK(caught<ValueError>([&] {
          return Tensor::from<float>({huge, huge}, {1});
        }).code() == ErrorCode::overflow);
  CHECK(caught<ValueError>([] {
          return Tensor::uninitialized(DType::f64, {std::int64_t{1} << 60});
        }).code() == ErrorCode::overflow);
}

TEST_CASE("memory that the system refuses is an error") {
  for (const std::int64_t elements : {std::int64_t{1} << 59, std::int64_t{1} << 56}) {
    const auto error = caught<ValueError>([&] { return Tensor::zeros(DType::f64, {elements}); });
    CHECK(error.code() == ErrorCode::resource_exhausted);
    CHECK(error.info().message == "the system refused " + std::to_string(elements * 8) +
                                      " bytes for a tensor f64[" + std::to_string(elements) + "]");
  }
  CHECK(caught<ValueError>([] {
          return Tensor::uninitialized(DType::boolean, {std::numeric_limits<std::int64_t>::max()});
        }).code() == ErrorCode::resource_exhausted);
}

TEST_CASE("reading as another dtype is refused") {
  Tensor tensor = Tensor::from<float>({2}, {1, 2});
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([&] { return tensor.data<double>().size(); });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": the elements of a tensor f32[2] are read as f64; its dtype is f32");
  CHECK_THROWS_AS(tensor.mutable_data<std::int32_t>(), ValueError);
  CHECK(caught<ValueError>([] { return Tensor::scalar(1.0).item<float>(); }).code() ==
        ErrorCode::dtype_mismatch);
}

TEST_CASE("item needs exactly one element") {
  const Tensor four = Tensor::zeros(DType::f32, {2, 2});
  const int line = __LINE__ + 1;
  const auto error = caught<ValueError>([&] { return four.item<float>(); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "item() needs exactly one element, but a tensor f32[2, 2] has 4");
  CHECK_THROWS_AS(Tensor().item<float>(), ValueError);
}

TEST_CASE("tensors are equal by dtype, shape and elements") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor tensor = Tensor::from<double>({2}, {0, 1});
  CHECK(tensor == Tensor::from<double>({2}, {-0.0, 1}));
  CHECK(tensor != Tensor::from<double>({2}, {0, 2}));
  CHECK(tensor != Tensor::from<double>({2, 1}, {0, 1}));
  CHECK(tensor != Tensor::from<float>({2}, {0, 1}));
  CHECK(Tensor::scalar(nan) != Tensor::scalar(nan));
  const Tensor same = Tensor::scalar(nan);
  CHECK(same != Tensor(same));
  CHECK(Tensor::zeros(DType::f32, {0, 2}) != Tensor::zeros(DType::f32, {2, 0}));
}

TEST_CASE("tensors are bitwise equal by dtype, shape and bytes") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(bitwise_equal(Tensor::scalar(nan), Tensor::scalar(nan)));
  CHECK_FALSE(bitwise_equal(Tensor::scalar(0.0), Tensor::scalar(-0.0)));
  CHECK_FALSE(bitwise_equal(Tensor::scalar(0.0F), Tensor::scalar(std::int32_t{0})));
  CHECK_FALSE(bitwise_equal(Tensor::zeros(DType::f32, {1}), Tensor::zeros(DType::f32, {})));
  CHECK(bitwise_equal(Tensor(), Tensor()));
}

}  // namespace
}  // namespace deft
