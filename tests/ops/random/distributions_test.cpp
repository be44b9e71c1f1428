#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/random.hpp>
#include <deft/ops/state.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// A source of a graph of its own, at a step that is known.
Random source(std::int64_t seed = 42, std::int64_t step = 0) {
  const Graph graph;
  return Random(graph, {.seed = seed, .step = constant(graph, Tensor::scalar(step))});
}

/// The largest distance of the empirical distribution from `cumulative`, times sqrt(n): A. N.
/// Kolmogorov's statistic. One in 10,000 fair samples exceeds 2.23.
template <class F>
double kolmogorov(std::vector<double> sample, const F& cumulative) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double most = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double wanted = cumulative(sample[i]);
    for (const std::size_t below : {i, i + 1})
      most = larger(most, std::abs(wanted - static_cast<double>(below) / n));
  }
  return most * std::sqrt(n);
}

double normal_cumulative(double x) { return 0.5 * std::erfc(-x / std::sqrt(2)); }

/// The mean of the k-th powers.
double moment(const std::vector<double>& sample, int k) {
  double sum = 0;
  for (const double x : sample) sum += std::pow(x, k);
  return sum / static_cast<double>(sample.size());
}

constexpr std::int64_t many = 200000;
constexpr double bound = 2.23;

TEST_CASE("uniform numbers are uniform") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const std::vector<double> unit = evaluate(random_uniform(source(), dtype, {many})).to<double>();
    CHECK(kolmogorov(unit, [](double x) { return x; }) < bound);
    CHECK(*std::min_element(unit.begin(), unit.end()) >= 0);
    CHECK(*std::max_element(unit.begin(), unit.end()) < 1);
    const std::vector<double> wide =
        evaluate(random_uniform(source(), dtype, {many}, {.low = -3, .high = 5})).to<double>();
    CHECK(kolmogorov(wide, [](double x) { return (x + 3) / 8; }) < bound);
  }
}

TEST_CASE("the upper bound is never drawn, however few numbers lie below it") {
  const float high = std::nextafter(std::nextafter(1.0F, 2.0F), 2.0F);
  const Tensor drawn =
      evaluate(random_uniform(source(), DType::f32, {1000}, {.low = 1, .high = high}));
  for (const float x : drawn.data<float>()) CHECK((x >= 1 && x < high));
}

TEST_CASE("bounds are rounded to the dtype first") {
  const Output drawn =
      random_uniform(source(), DType::f32, {100}, {.low = 16777216, .high = 16777218});
  for (const float x : evaluate(drawn).data<float>()) CHECK(x == 16777216);
  CHECK_THROWS_AS(random_uniform(source(), DType::f32, {2}, {.low = 1, .high = 1 + 1e-9}),
                  GraphError);
}

TEST_CASE("normal numbers are normal") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    const std::vector<double> sample =
        evaluate(random_normal(source(), dtype, {many})).to<double>();
    CHECK(kolmogorov(sample, normal_cumulative) < bound);
    CHECK(moment(sample, 1) == doctest::Approx(0).epsilon(4 / std::sqrt(many)));
    CHECK(moment(sample, 2) == doctest::Approx(1).epsilon(4 * std::sqrt(2.0 / many)));
    CHECK(std::abs(moment(sample, 3)) < 4 * std::sqrt(15.0 / many));
    CHECK(std::abs(moment(sample, 4) - 3) < 4 * std::sqrt(96.0 / many));
    const std::vector<double> other =
        evaluate(random_normal(source(), dtype, {many}, {.mean = 3, .stddev = 0.5})).to<double>();
    CHECK(kolmogorov(other, [](double x) { return normal_cumulative((x - 3) * 2); }) < bound);
  }
}

TEST_CASE("truncated normal numbers are normal up to two standard deviations") {
  const double outside = normal_cumulative(-2);
  for (const DType dtype : {DType::f32, DType::f64}) {
    const std::vector<double> sample =
        evaluate(random_truncated_normal(source(), dtype, {many})).to<double>();
    CHECK(kolmogorov(sample, [=](double x) {
            return (normal_cumulative(x) - outside) / (1 - 2 * outside);
          }) < bound);
    for (const double x : sample) REQUIRE(std::abs(x) <= 2);
    CHECK(std::sqrt(moment(sample, 2)) == doctest::Approx(0.8796).epsilon(0.01));
  }
}

TEST_CASE("neighbouring draws are not alike") {
  const std::vector<double> sample =
      evaluate(random_normal(source(), DType::f32, {many})).to<double>();
  for (const std::size_t lag : {1U, 2U, 16U, 32U, 64U}) {
    double sum = 0;
    for (std::size_t i = lag; i < sample.size(); ++i) sum += sample[i] * sample[i - lag];
    CHECK(std::abs(sum / many) < 4 / std::sqrt(many));
  }
}

TEST_CASE("integers are equally likely, and reach both ends of their type") {
  const Tensor dice = evaluate(random_integers(source(), DType::i32, {60000}, -2, 4));
  std::vector<int> times(6);
  for (const std::int32_t x : dice.data<std::int32_t>()) {
    REQUIRE((x >= -2 && x < 4));
    ++times[static_cast<std::size_t>(x + 2)];
  }
  double chi_square = 0;
  for (const int count : times) chi_square += (count - 1e4) * (count - 1e4) / 1e4;
  CHECK(chi_square < 25.8);
  using Limits = std::numeric_limits<std::int64_t>;
  const Tensor wide =
      evaluate(random_integers(source(), DType::i64, {1000}, Limits::min(), Limits::max()));
  int negative = 0;
  for (const std::int64_t x : wide.data<std::int64_t>()) negative += x < 0 ? 1 : 0;
  CHECK(negative > 400);
  CHECK(negative < 600);
  CHECK(evaluate(random_integers(source(), DType::i64, {2}, Limits::max() - 1, Limits::max())) ==
        Tensor{Limits::max() - 1, Limits::max() - 1});
}

TEST_CASE("true with a probability, which may differ from element to element") {
  const Random random = source();
  const std::vector<double> p = {0, 0.25, 1};
  const Tensor drawn = evaluate(
      random_bernoulli(random, {40000, 3}, constant(random.graph(), Tensor::from<double>({3}, p))));
  std::vector<double> share(3);
  for (std::size_t i = 0; i < drawn.data<bool>().size(); ++i)
    share[i % 3] += drawn.data<bool>()[i] ? 1.0 / 40000 : 0;
  CHECK(share[0] == 0);
  CHECK(std::abs(share[1] - 0.25) < 4 * std::sqrt(0.25 * 0.75 / 40000));
  CHECK(share[2] == doctest::Approx(1));
  const Output like = constant(random.graph(), Tensor{{1, 2}, {3, 4}});
  CHECK(evaluate(random_bernoulli_like(random, like, 1.0)) == Tensor{{true, true}, {true, true}});
}

TEST_CASE("what is drawn is a function of seed, stream and step") {
  const auto draw = [](std::int64_t seed, std::int64_t step, std::string_view stream) {
    return evaluate(random_normal(source(seed, step), DType::f32, {100}, {.stream = stream}));
  };
  const Tensor first = draw(1, 0, "a");
  CHECK(draw(1, 0, "a") == first);
  CHECK_FALSE(draw(2, 0, "a") == first);
  CHECK_FALSE(draw(1, 1, "a") == first);
  CHECK_FALSE(draw(1, 0, "b") == first);
}

TEST_CASE("a stream is the full name of the node, so that other draws change nothing") {
  const auto noise_beside = [](int others) {
    const Random random = source();
    for (int i = 0; i < others; ++i) random_normal(random, DType::f32, {3});
    const NameScope scope(random.graph(), "layer");
    for (int i = 0; i < others; ++i) random_normal(random, DType::f32, {3}, {.name = "other"});
    const Output noise = random_normal(random, DType::f32, {5}, {.mean = 1, .name = "noise"});
    CHECK(noise.name() == "layer/noise");
    return evaluate(noise);
  };
  const Tensor alone = noise_beside(0);
  CHECK(noise_beside(3) == alone);
  const Random random = source();
  CHECK(evaluate(random_normal(random, DType::f32, {5}, {.mean = 1, .stream = "layer/noise"})) ==
        alone);
  const Tensor first = evaluate(random_uniform(random, DType::f32, {5}));
  CHECK_FALSE(evaluate(random_uniform(random, DType::f32, {5})) == first);
}

TEST_CASE("every split of the work gives the same draws") {
  const Random random = source();
  for (const Output& y :
       {random_uniform(random, DType::f32, {3, 7001}), random_normal(random, DType::f64, {20000}),
        random_truncated_normal(random, DType::f32, {20000}),
        random_integers(random, DType::i32, {20000}, 0, 7)})
    CHECK(same_for_all_splits(y, evaluate(y)));
}

TEST_CASE("like another tensor, of unknown dimensions") {
  const Random random = source();
  const Output x = placeholder(random.graph(), DType::f32, {Shape::unknown, 3});
  const Output noise = random_normal_like(random, x, {.stream = "noise"});
  CHECK(noise.shape() == Shape{Shape::unknown, 3});
  const Tensor fed = Tensor::zeros(DType::f32, {4, 3});
  CHECK(evaluate(noise, {{x, fed}}) ==
        evaluate(random_normal(random, DType::f32, {4, 3}, {.stream = "noise"})));
}

TEST_CASE("initial values do not change with the step") {
  const Graph graph;
  const Random random(graph, {.seed = 3});
  CHECK(random.step().name() == "step");
  const Output initial = random_normal(random.initial(), DType::f32, {4}, {.name = "w"});
  CHECK(evaluate(initial) == evaluate(random_normal(source(3), DType::f32, {4}, {.name = "w"})));
}

TEST_CASE("bad arguments are refused with both values") {
  const Random random = source();
  const Graph& graph = random.graph();
  const auto message = [](const auto& f) { return caught<GraphError>(f).info().message; };
  CHECK(message([&] { random_uniform(random, DType::i32, {2}); }) ==
        "the dtype is i32, but must be f32 or f64");
  CHECK(message([&] { random_integers(random, DType::f32, {2}, 0, 5); }) ==
        "the dtype is f32, but must be i32 or i64");
  CHECK(message([&] { random_integers(random, DType::i32, {2}, 5, 5); }) ==
        "there are no i32 integers from 5 up to 5");
  CHECK_THROWS_AS(random_integers(random, DType::i32, {2}, 0, (std::int64_t{1} << 31) + 1),
                  GraphError);
  CHECK_NOTHROW(random_integers(random, DType::i32, {2}, 0, std::int64_t{1} << 31));
  CHECK_THROWS_AS(random_uniform(random, DType::f32, {2}, {.low = 1, .high = 1}), GraphError);
  CHECK_THROWS_AS(random_normal(random, DType::f32, {2}, {.stddev = -1}), GraphError);
  CHECK_THROWS_AS(random_normal(random, DType::f32, {Shape::unknown}), GraphError);
  const Output vector = constant(graph, Tensor{std::int64_t{1}, std::int64_t{2}});
  CHECK(message([&] { Random(graph, {.step = vector}); }).find("but must be i64[]") !=
        std::string::npos);
}

}  // namespace
}  // namespace deft
