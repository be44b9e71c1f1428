#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "kernels/shards/tree_product.hpp"
#include "kernels/shards/tree_sum.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

struct Sizes {
  std::int64_t count;
  std::int64_t k;
  std::int64_t m;
  std::int64_t n;
};

const Sizes all_sizes[] = {{1, 3, 4, 5},   {2, 1, 1, 1},     {8, 16, 9, 50},   {16, 16, 200, 49},
                           {4, 7, 33, 17}, {64, 2, 40, 300}, {8, 130, 10, 16}, {4, 64, 500, 260}};

template <class T>
Tensor product(const Tensor& a, const Tensor& b, const EvaluateOptions& options = {}) {
  const TensorSpec inputs[] = {a.spec(), b.spec()};
  const TensorSpec outputs[] = {{dtype_of<T>(), {a.shape()[2], b.shape()[2]}}};
  const Attributes none;
  return run_kernel(tree_product_kernel({inputs, outputs, none}), outputs, {a, b}, options).front();
}

Tensor sum_of(const Tensor& x, const EvaluateOptions& options = {}) {
  const TensorSpec inputs[] = {x.spec()};
  const auto dims = x.shape().dims();
  const TensorSpec outputs[] = {{x.dtype(), Shape(std::vector(dims.begin() + 1, dims.end()))}};
  const Attributes none;
  return run_kernel(tree_sum_kernel({inputs, outputs, none}), outputs, {x}, options).front();
}

/// The products of each shard, one behind the other.
template <class T>
Tensor of_each(const Tensor& a, const Tensor& b, const Sizes& sizes) {
  Tensor all = Tensor::uninitialized(dtype_of<T>(), {sizes.count, sizes.m, sizes.n});
  const auto part = [&](const Tensor& x, std::int64_t columns, std::int64_t shard) {
    const auto size = static_cast<std::size_t>(sizes.k * columns);
    return Tensor::from(Shape{1, sizes.k, columns},
                        x.data<T>().subspan(static_cast<std::size_t>(shard) * size, size));
  };
  const auto size = static_cast<std::size_t>(sizes.m * sizes.n);
  for (std::int64_t shard = 0; shard < sizes.count; ++shard) {
    const Tensor one = product<T>(part(a, sizes.m, shard), part(b, sizes.n, shard));
    std::ranges::copy(one.template data<T>(),
                      all.mutable_data<T>().begin() +
                          static_cast<std::ptrdiff_t>(static_cast<std::size_t>(shard) * size));
  }
  return all;
}

/// Of the elements of a product, relative to the sizes of their terms.
template <class T>
double largest_error(const Tensor& product, const Tensor& a, const Tensor& b) {
  const auto at = [](const Tensor& x, std::int64_t term, std::int64_t column) {
    const auto index = static_cast<std::size_t>(term * x.shape()[2] + column);
    return static_cast<double>(x.data<T>()[index]);
  };
  const std::int64_t terms = a.shape()[0] * a.shape()[1];
  double largest = 0;
  for (std::int64_t i = 0; i < a.shape()[2]; ++i)
    for (std::int64_t j = 0; j < b.shape()[2]; ++j) {
      double right = 0;
      double size = 1;
      for (std::int64_t p = 0; p < terms; ++p) {
        const double term = at(a, p, i) * at(b, p, j);
        right += term;
        size += std::abs(term);
      }
      largest = std::max(largest, std::abs(product.at<T>(i, j) - right) / size);
    }
  return largest;
}

}  // namespace

TEST_CASE_TEMPLATE("products of shards are added in the order of a binary tree", T, float, double) {
  for (const std::int64_t target : InstructionSet::all())
    for (const Sizes& sizes : all_sizes) {
      const InstructionSet only(target);
      CAPTURE(target);
      CAPTURE(sizes.count);
      CAPTURE(sizes.k);
      CAPTURE(sizes.m);
      const Tensor a = sample<T>({sizes.count, sizes.k, sizes.m}, 3);
      const Tensor b = sample<T>({sizes.count, sizes.k, sizes.n}, 6);
      const Tensor whole = product<T>(a, b);
      CHECK(bitwise_equal(whole, sum_of(of_each<T>(a, b, sizes))));
      CHECK(bitwise_equal(whole, product<T>(a, b, {.blocks_at_a_time = 1, .backwards = true})));
      CHECK(largest_error<T>(whole, a, b) < (std::is_same_v<T, float> ? 1e-6 : 1e-14));
    }
}

TEST_CASE("sums over shards are those of a binary tree, for each dtype") {
  const auto check = []<class T>(std::type_identity<T>) {
    for (const std::int64_t size : {1, 3, 1024, 2500}) {
      const Tensor x = sample<T>({8, size}, 3);
      const auto at = [&](std::int64_t shard, std::int64_t i) { return x.at<T>(shard, i); };
      const Tensor sum = sum_of(x);
      CHECK(bitwise_equal(sum, sum_of(x, {.blocks_at_a_time = 1, .backwards = true})));
      for (std::int64_t i = 0; i < size; ++i) {
        const T right = ((at(0, i) + at(1, i)) + (at(2, i) + at(3, i))) +
                        ((at(4, i) + at(5, i)) + (at(6, i) + at(7, i)));
        REQUIRE(sum.at<T>(i) == right);
      }
    }
  };
  check(std::type_identity<float>());
  check(std::type_identity<double>());
  check(std::type_identity<std::int32_t>());
  check(std::type_identity<std::int64_t>());
}

}  // namespace deft
