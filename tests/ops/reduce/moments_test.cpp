#include <deft/ops/reduce.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>

#include "caught.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// Shapes that take every way through the kernel: rows shorter and longer than the lanes, several
/// segments, several parts, panels of columns, outer dimensions, one element.
const std::vector<Shape> shapes = {
    Shape{},        Shape{1},         Shape{5},          Shape{17},
    Shape{1000},    Shape{50001},     Shape{1, 4, 1},    Shape{7, 9},
    Shape{3, 1000}, Shape{1000, 3},   Shape{20011, 2},   Shape{2, 20011},
    Shape{700, 70}, Shape{40, 6, 50}, Shape{3, 2, 5, 4}, Shape{30, 2, 2300},
};

std::vector<std::int64_t> axes_of(std::size_t subset, std::size_t rank) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < rank; ++i)
    if (((subset >> i) & 1U) != 0) axes.push_back(static_cast<std::int64_t>(i));
  return axes;
}

Shape kept_shape(const Shape& shape, std::size_t subset) {
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    dims.push_back(((subset >> i) & 1U) != 0 ? 1 : shape.dims()[i]);
  return Shape(dims);
}

/// Means and variances in extended precision, two passes.
template <class T>
struct Expected {
  std::vector<long double> means;
  std::vector<long double> variances;

  Expected(const Tensor& x, std::size_t subset) {
    const Shape kept = kept_shape(x.shape(), subset);
    const auto outputs = static_cast<std::size_t>(kept.num_elements());
    const auto count =
        static_cast<long double>(x.num_elements()) / static_cast<long double>(outputs);
    means.assign(outputs, 0);
    variances.assign(outputs, 0);
    std::size_t at = 0;
    for_each_index(x.shape(), [&](std::span<const std::int64_t> index) {
      means[broadcast_index(index, kept)] += x.data<T>()[at++];
    });
    for (long double& mean : means) mean /= count;
    at = 0;
    for_each_index(x.shape(), [&](std::span<const std::int64_t> index) {
      const std::size_t k = broadcast_index(index, kept);
      const long double deviation = x.data<T>()[at++] - means[k];
      variances[k] += deviation * deviation;
    });
    for (long double& variance : variances) variance /= count;
  }
};

template <class T>
bool near(const Tensor& found, const std::vector<long double>& expected, long double bound) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!(std::abs(found.data<T>()[i] - expected[i]) <= bound * (std::abs(expected[i]) + 1)))
      return false;
  return found.data<T>().size() == expected.size();
}

TEST_CASE_TEMPLATE("moments over every set of axes", T, float, double) {
  constexpr long double bound = std::numeric_limits<T>::epsilon();
  for (const Shape& shape : shapes) {
    const Tensor x = sample<T>(shape);
    for (std::size_t subset = 0; subset < (std::size_t{1} << shape.rank()); ++subset) {
      CAPTURE(shape.to_string());
      CAPTURE(subset);
      const Graph graph;
      const Moments m =
          moments(constant(graph, x), {.axes = axes_of(subset, shape.rank()), .keep_dims = true});
      REQUIRE(m.mean.shape() == kept_shape(shape, subset));
      REQUIRE(m.variance.shape() == m.mean.shape());
      const Expected<T> expected(x, subset);
      const Tensor mean = evaluate(m.mean);
      const Tensor variance = evaluate(m.variance);
      CHECK(near<T>(mean, expected.means, bound));
      CHECK(near<T>(variance, expected.variances, 8 * bound));
      CHECK(same_for_all_splits(m.mean, mean));
      CHECK(same_for_all_splits(m.variance, variance));
    }
  }
}

TEST_CASE("the bits do not depend on the instruction set") {
  const Graph graph;
  for (const Shape& shape : {Shape{9, 1003}, Shape{1003, 9}, Shape{50001}}) {
    const Moments m = moments(constant(graph, sample<float>(shape)), {.axes = {0}});
    std::vector<Tensor> expected;
    for (const std::int64_t target : InstructionSet::all()) {
      const InstructionSet only(target);
      CAPTURE(target);
      if (expected.empty()) expected = {evaluate(m.mean), evaluate(m.variance)};
      CHECK(same_bytes(evaluate(m.mean), expected[0]));
      CHECK(same_bytes(evaluate(m.variance), expected[1]));
    }
  }
}

TEST_CASE("data far from 0 keep their variance") {
  Tensor x = Tensor::zeros(DType::f64, {100000});
  for (std::size_t i = 0; i < 100000; ++i)
    x.mutable_data<double>()[i] = 1e9 + (i % 2 == 0 ? 1 : -1);
  const Graph graph;
  const Moments m = moments(constant(graph, x));
  CHECK(evaluate(m.mean).item<double>() == 1e9);
  CHECK(evaluate(m.variance).item<double>() == 1);
}

TEST_CASE("what is not finite reaches both moments of its row alone") {
  const float inf = std::numeric_limits<float>::infinity();
  const Graph graph;
  const Tensor x = Tensor::from<float>({3, 2}, {1, 3, inf, 0, NAN, 1});
  const Moments m = moments(constant(graph, x), {.axes = {1}});
  const Tensor mean = evaluate(m.mean);
  const Tensor variance = evaluate(m.variance);
  CHECK(mean.data<float>()[0] == 2);
  CHECK(variance.data<float>()[0] == 1);
  CHECK(mean.data<float>()[1] == inf);
  CHECK(std::isnan(variance.data<float>()[1]));
  CHECK(std::isnan(mean.data<float>()[2]));
  CHECK(std::isnan(variance.data<float>()[2]));
  CHECK(std::isnan(
      evaluate(moments(constant(graph, x), {.axes = std::vector<std::int64_t>{}}).variance)
          .data<float>()[2]));
}

TEST_CASE("moments are two outputs of one node") {
  const Graph graph;
  const auto [mean, variance] =
      moments(placeholder(graph, DType::f32, {Shape::unknown, 3}), {.axes = {0}, .name = "m"});
  CHECK(mean.node_id() == variance.node_id());
  CHECK(mean.name() == "m");
  CHECK(variance.name() == "m:1");
  CHECK(variance.shape() == Shape{3});
}

TEST_CASE("integers have no moments") {
  const Graph graph;
  const Output x = placeholder(graph, DType::i32, {3});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { moments(x); });
  CHECK(error.code() == ErrorCode::dtype_mismatch);
  CHECK(error.info().where.line == line);
}

}  // namespace
}  // namespace deft
