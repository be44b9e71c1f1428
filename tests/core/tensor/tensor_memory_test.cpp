#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/attributes.hpp>
#include <deft/core/error.hpp>
#include <deft/core/tensor.hpp>

#include "caught.hpp"

// Tensors over memory that deft did not allocate.

namespace deft {
namespace {

TEST_CASE_TEMPLATE("a vector is taken over without a copy", T, float, double, std::int32_t,
                   std::int64_t) {
  std::vector<T> values{T(1), T(2), T(3), T(4)};
  const void* const memory = values.data();
  Tensor tensor = Tensor::from(std::move(values));
  CHECK(values.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(tensor.raw() == memory);
  CHECK(tensor == Tensor::from<T>({4}, {T(1), T(2), T(3), T(4)}));
  CHECK(tensor.is_unique());
  CHECK_FALSE(tensor.is_borrowed());
  tensor.set({0}, T(5));
  CHECK(tensor.raw() == memory);
  const Tensor copy = tensor;
  tensor.set({0}, T(6));
  CHECK(tensor.raw() != memory);
  CHECK(copy.at<T>(0) == T(5));

  std::vector<T> others{T(1), T(2)};
  const void* const place = others.data();
  const Tensor column = Tensor::from({2, 1}, std::move(others));
  CHECK(column.raw() == place);
  CHECK(column.shape() == Shape{2, 1});
}

TEST_CASE("a vector that stays is copied") {
  const std::vector<float> values{1, 2};
  const Tensor tensor = Tensor::from(values);
  CHECK(tensor == Tensor{1.0F, 2.0F});
  CHECK(tensor.raw() != values.data());
  CHECK(Tensor::from(std::vector<bool>{true, false}) == Tensor{true, false});
  CHECK(Tensor::from(std::vector<double>{}).shape() == Shape{0});
  CHECK(Tensor::from(std::vector<double>{}).raw() != nullptr);
}

TEST_CASE("a vector that is refused stays as it is") {
  std::vector<float> values{1, 2, 3};
  const auto error = caught<ValueError>([&] { Tensor::from({2, 2}, std::move(values)); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(values == std::vector<float>{1, 2, 3});  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("a shape whose size overflows is refused, empty or not") {
  const Shape shape{0, std::numeric_limits<std::int64_t>::max()};
  const auto code = [](const auto& make) { return caught<ValueError>(make).code(); };
  CHECK(code([&] { Tensor::from(shape, std::vector<float>()); }) == ErrorCode::overflow);
  CHECK(code([&] { Tensor::borrow(shape, std::span<const float>(), nullptr); }) ==
        ErrorCode::overflow);
  CHECK(code([&] { Tensor::zeros(DType::f32, {0}).reshaped(shape); }) == ErrorCode::overflow);
}

TEST_CASE("borrowed memory is read and never written") {
  const auto owner = std::make_shared<std::vector<float>>(std::vector<float>{1, 2, 3, 4});
  const std::weak_ptr<std::vector<float>> watch = owner;
  Tensor tensor = Tensor::borrow({2, 2}, std::span<const float>(*owner), owner);
  CHECK(tensor.raw() == owner->data());
  CHECK(tensor == Tensor{{1.0F, 2.0F}, {3.0F, 4.0F}});
  CHECK(tensor.is_borrowed());
  CHECK_FALSE(tensor.is_unique());
  Tensor flat = tensor.reshaped({4});
  CHECK(flat.is_borrowed());
  flat.set({0}, 9.0F);
  CHECK_FALSE(flat.is_borrowed());
  CHECK(flat.is_unique());
  CHECK(owner->front() == 1);
  tensor.mutable_data<float>()[3] = 8;
  CHECK(owner->back() == 4);
}

TEST_CASE("the owner of borrowed memory lives as long as a tensor needs it") {
  auto owner = std::make_shared<std::array<std::int64_t, 2>>(std::array<std::int64_t, 2>{7, 8});
  const std::weak_ptr<void> watch = owner;
  Tensor tensor = Tensor::borrow({2}, std::span(*owner), owner);
  owner.reset();
  const Tensor moved = std::move(tensor);
  CHECK_FALSE(watch.expired());
  CHECK(moved == Tensor{std::int64_t{7}, std::int64_t{8}});
  CHECK_FALSE(tensor.is_borrowed());  // NOLINT(bugprone-use-after-move)
  {
    Tensor last = moved;
    const_cast<Tensor&>(moved) = Tensor();
    CHECK_FALSE(watch.expired());
    last.set({0}, std::int64_t{1});
  }
  CHECK(watch.expired());
}

TEST_CASE("memory of nobody is borrowed on the caller's word") {
  std::array<double, 3> values{1, 2, 3};
  Tensor tensor = Tensor::borrow({3}, std::span(values), nullptr);
  CHECK(tensor.raw() == values.data());
  CHECK_FALSE(tensor.is_unique());
  tensor.set({1}, 5.0);
  CHECK(values[1] == 2);
  CHECK(Tensor::borrow({0}, std::span<const double>(), nullptr).raw() != nullptr);
  CHECK_THROWS_AS(Tensor::borrow({2}, std::span(values), nullptr), ValueError);
  CHECK_THROWS_AS(Tensor::borrow({Shape::unknown}, std::span(values), nullptr), ValueError);
}

TEST_CASE("what is not aligned is copied where that matters") {
  alignas(64) std::array<float, 32> values{};
  values[1] = 1;
  const Tensor aligned = Tensor::borrow({31}, std::span(values).first(31), nullptr);
  CHECK(aligned.is_aligned());
  CHECK(aligned.aligned().raw() == values.data());
  const Tensor shifted = Tensor::borrow({31}, std::span(values).last(31), nullptr);
  CHECK_FALSE(shifted.is_aligned());
  const Tensor copy = shifted.aligned();
  CHECK(copy.is_aligned());
  CHECK_FALSE(copy.is_borrowed());
  CHECK(copy == shifted);
  CHECK(Tensor::borrow({2}, std::span(values).subspan(2, 2), nullptr).is_aligned());  // 8 bytes
  CHECK(Tensor().is_aligned());
  const Attributes attributes{{"value", shifted}};
  CHECK(attributes.get<Tensor>("value").is_aligned());
  CHECK(attributes.get<Tensor>("value") == shifted);
}

}  // namespace
}  // namespace deft
