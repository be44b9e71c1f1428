#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A graph with a source of random numbers at a step that is known.
struct Drawing {
  Graph graph;
  Random random{graph, {.seed = 42, .step = constant(graph, Tensor::scalar<std::int64_t>(0))}};

  Tensor run(const Output& y, int threads = 2) const {
    Session session(graph, {.threads = threads});
    return session.run(y);
  }
};

/// How often each class of one row is drawn.
std::vector<double> counted(const Tensor& draws, std::size_t classes) {
  std::vector<double> times(classes);
  for (const std::int64_t drawn : draws.data<std::int64_t>()) {
    REQUIRE(drawn >= 0);
    times.at(static_cast<std::size_t>(drawn)) += 1;
  }
  return times;
}

/// K. Pearson's statistic of draws with the probabilities p.
double chi_square(const std::vector<double>& times, const std::vector<double>& p, double count) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i] > 0) sum += (times[i] - count * p[i]) * (times[i] - count * p[i]) / (count * p[i]);
  return sum;
}

TEST_CASE("classes are drawn with the probabilities of their logits") {
  constexpr std::int64_t count = 200000;
  const std::vector<double> p = {0.5, 0, 0.25, 0.2, 0.05};
  for (const DType dtype : {DType::f32, DType::f64}) {
    const Drawing of;
    Tensor logits = Tensor::zeros(DType::f64, {5});
    for (std::size_t i = 0; i < p.size(); ++i)
      logits.mutable_data<double>()[i] = std::log(p[i]) + 300;  // only differences count
    const Output draws =
        random_categorical(of.random, cast(constant(of.graph, logits), dtype), count);
    CHECK(draws.dtype() == DType::i64);
    CHECK(draws.shape() == Shape{count});
    const std::vector<double> times = counted(of.run(draws), p.size());
    CHECK(times[1] == 0);
    CHECK(chi_square(times, p, count) < 21.1);  // of 3 degrees of freedom; one in 10,000 exceeds it
  }
}

TEST_CASE("rare classes are drawn as often as they should") {
  constexpr std::int64_t count = 4000000;
  const Drawing of;
  const Output logits = constant(of.graph, Tensor{0.0F, static_cast<float>(std::log(1e-5))});
  const double rare = counted(of.run(random_categorical(of.random, logits, count)), 2)[1];
  CHECK(std::abs(rare - 40) < 4 * std::sqrt(40.0));
}

TEST_CASE("every row has draws of its own, and the same ones on any number of threads") {
  const Drawing of;
  const Output logits = constant(
      of.graph, Tensor{{0.0, -infinity, -infinity}, {-infinity, 1.0, -infinity}, {0.0, 0.0, 0.0}});
  const Output draws = random_categorical(of.random, logits, 30000);
  const Tensor first = of.run(draws, 1);
  CHECK(first.shape() == Shape{3, 30000});
  std::vector<double> times(3);
  for (int i = 0; i < 30000; ++i) {
    REQUIRE(first.at<std::int64_t>(0, i) == 0);
    REQUIRE(first.at<std::int64_t>(1, i) == 1);
    times.at(static_cast<std::size_t>(first.at<std::int64_t>(2, i))) += 1;
  }
  CHECK(chi_square(times, {1.0 / 3, 1.0 / 3, 1.0 / 3}, 30000) < 18.5);
  for (const int threads : {2, 3, 4, 8}) CHECK(of.run(draws, threads) == first);
}

TEST_CASE("other names and streams draw other classes, one stream the same") {
  const Drawing of;
  const Output logits = constant(of.graph, Tensor{0.0, 0.0, 0.0, 0.0});
  const Tensor one = of.run(random_categorical(of.random, logits, 100));
  CHECK(of.run(random_categorical(of.random, logits, 100)) != one);
  const Tensor streamed = of.run(random_categorical(of.random, logits, 100, {.stream = "s"}));
  CHECK(streamed != one);
  CHECK(of.run(random_categorical(of.random, logits, 100, {.stream = "s"})) == streamed);
}

TEST_CASE("a row without a distribution fails the run") {
  const Drawing of;
  for (const double bad : {infinity, -infinity, std::nan("")}) {
    const Output logits = constant(of.graph, Tensor{{0.0, -infinity}, {bad, -infinity}});
    const auto error = caught<RunError>([&] { of.run(random_categorical(of.random, logits, 2)); });
    CHECK(error.code() == ErrorCode::non_finite);
    CHECK(error.info().message ==
          "the largest logit of each row holds a NaN or an infinity, at element 1");
  }
}

TEST_CASE("no rows, no draws, and dimensions that are known in a run") {
  const Drawing of;
  const Output none = constant(of.graph, Tensor::zeros(DType::f32, {0, 3}));
  CHECK(of.run(random_categorical(of.random, none, 4)).shape() == Shape{0, 4});
  const Output logits = placeholder(of.graph, DType::f32, {Shape::unknown, Shape::unknown});
  const Output draws = random_categorical(of.random, logits, 3, {.name = "words"});
  CHECK(draws.name() == "words");
  CHECK(draws.shape() == Shape{Shape::unknown, 3});
  Session session(of.graph);
  const Tensor drawn = session.run(draws, {{logits, Tensor{{0.0F, -1e30F}, {-1e30F, 0.0F}}}});
  CHECK(drawn == Tensor{{0L, 0L, 0L}, {1L, 1L, 1L}});
  CHECK(session.run(random_categorical(of.random, constant(of.graph, Tensor{{0.0, 1.0}}), 0))
            .shape() == Shape{1, 0});
}

TEST_CASE("what is no row of logits is refused") {
  const Drawing of;
  const Output logits = constant(of.graph, Tensor{0.0, 1.0});
  const int line = __LINE__ + 1;
  const auto count = caught<GraphError>([&] { random_categorical(of.random, logits, -1); });
  CHECK(count.info().message == "the count is -1");
  CHECK(count.info().op == "random_categorical");
  CHECK(count.info().where.line == line);
  const auto code_of = [&](const Tensor& bad) {
    return caught<GraphError>([&] { random_categorical(of.random, constant(of.graph, bad), 1); })
        .code();
  };
  CHECK(code_of(Tensor::scalar(1.0)) == ErrorCode::shape_mismatch);
  CHECK(code_of(Tensor{1, 2}) == ErrorCode::dtype_mismatch);
  CHECK_THROWS_AS(
      random_categorical(of.random, constant(of.graph, Tensor::zeros(DType::f32, {2, 0})), 1),
      GraphError);
}

}  // namespace
}  // namespace deft
