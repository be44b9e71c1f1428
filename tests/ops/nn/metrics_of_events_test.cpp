#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/metrics.hpp>

#include "caught.hpp"

namespace deft {
namespace {

double number_of(const Metric& metric) {
  const Output y = metric.value();
  Session session(y.graph());
  return session.run(y).item<double>();
}

/// Scores, some of them thresholds, labels and weights of a graph.
struct Events {
  Graph graph;
  std::vector<double> scores;
  std::vector<bool> events;
  std::vector<double> weights;
  Output x;
  Output y;
  Output w;

  Events() {
    std::uint32_t state = 1;
    for (int i = 0; i < 300; ++i) {
      state = state * 1664525U + 1013904223U;
      scores.push_back(i % 7 == 0 ? (i % 3) * 0.5 : static_cast<double>(state >> 8U) * 0x1p-24);
      events.push_back(scores.back() * 1.5 > ((state >> 3U) % 100) * 0.01);
      weights.push_back(0.5 * (i % 4));
    }
    x = constant(graph, Tensor::from<double>({300}, scores));
    y = constant(graph, Tensor::from<bool>({300}, events));
    w = constant(graph, Tensor::from<double>({300}, weights));
  }

  struct Counts {
    double true_positive = 0, false_positive = 0, true_negative = 0, false_negative = 0;
  };
  /// Of scores that are over a threshold; `all` if every score is.
  Counts counts(double threshold, bool weighted, bool all = false) const {
    Counts of;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double weight = weighted ? weights[i] : 1;
      const bool predicted = all || scores[i] > threshold;
      (predicted   ? events[i] ? of.true_positive : of.false_positive
       : events[i] ? of.false_negative
                   : of.true_negative) += weight;
    }
    return of;
  }

  /// Trapezoids under the curve of true over false positives, threshold by threshold.
  double area(int thresholds, bool weighted) const {
    double sum = 0;
    double last_x = 1;
    double last_y = 1;
    for (int i = 1; i < thresholds; ++i) {
      const Counts of = counts(i == thresholds - 1 ? 2.0 : i / (thresholds - 1.0), weighted);
      const double x_now = of.false_positive / (of.false_positive + of.true_negative);
      const double y_now = of.true_positive / (of.true_positive + of.false_negative);
      sum += (last_x - x_now) * (last_y + y_now) / 2;
      last_x = x_now;
      last_y = y_now;
    }
    return sum;
  }
};

TEST_CASE("accuracy, precision and recall at thresholds") {
  const Events of;
  for (const double threshold : {0.0, 0.25, 0.5, 1.0})
    for (const bool weighted : {false, true}) {
      CAPTURE(threshold);
      CAPTURE(weighted);
      const Events::Counts n = of.counts(threshold, weighted);
      const ThresholdOptions options{.threshold = threshold, .weights = weighted ? of.w : Output{}};
      const double all = n.true_positive + n.false_positive + n.true_negative + n.false_negative;
      CHECK(number_of(binary_accuracy(of.x, of.y, options)) ==
            doctest::Approx((n.true_positive + n.true_negative) / all).epsilon(1e-14));
      const double predicted = n.true_positive + n.false_positive;
      CHECK(number_of(precision(of.x, of.y, options)) ==
            doctest::Approx(predicted == 0 ? 0 : n.true_positive / predicted).epsilon(1e-14));
      CHECK(number_of(recall(of.x, of.y, options)) ==
            doctest::Approx(n.true_positive / (n.true_positive + n.false_negative)).epsilon(1e-14));
    }
}

TEST_CASE("the area under the curve is that of its trapezoids") {
  const Events of;
  for (const int thresholds : {2, 3, 9, 200})
    for (const bool weighted : {false, true}) {
      CAPTURE(thresholds);
      CAPTURE(weighted);
      CHECK(number_of(auc(of.x, of.y,
                          {.thresholds = thresholds, .weights = weighted ? of.w : Output{}})) ==
            doctest::Approx(of.area(thresholds, weighted)).epsilon(1e-12));
    }
  CHECK(number_of(auc(of.x, of.y)) == doctest::Approx(of.area(200, false)).epsilon(1e-12));
}

TEST_CASE("a score that is a threshold lies below it, as it is divided") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {2});
  const Output y = constant(graph, Tensor{true, false});
  for (const std::int64_t thresholds : {101, 200}) {
    const Output area = auc(x, y, {.thresholds = thresholds}).value();
    Session session(graph, {.threads = 1});
    const auto intervals = static_cast<double>(thresholds - 1);
    for (std::int64_t i = 1; i + 1 < thresholds; ++i) {
      CAPTURE(i);
      const double threshold = static_cast<double>(i) / intervals;
      const double beyond = (static_cast<double>(i) + 0.5) / intervals;
      CHECK(session.run(area, {{x, Tensor{threshold, beyond}}}).item<double>() == 0);
      CHECK(session.run(area, {{x, Tensor{beyond, threshold}}}).item<double>() == 1);
      const double above = std::nextafter(threshold, 2);
      CHECK(session.run(area, {{x, Tensor{above, threshold}}}).item<double>() == 1);
    }
  }
}

TEST_CASE("an area of well known curves") {
  const Graph graph;
  const auto area = [&](const Tensor& scores, const Tensor& labels) {
    return number_of(auc(constant(graph, scores), constant(graph, labels)));
  };
  CHECK(area(Tensor{0.1, 0.2, 0.8, 0.9}, Tensor{0, 0, 1, 1}) == 1);
  CHECK(area(Tensor{0.1, 0.2, 0.8, 0.9}, Tensor{1, 1, 0, 0}) == 0);
  CHECK(area(Tensor{0.5, 0.5, 0.5, 0.5}, Tensor{0, 1, 1, 0}) == 0.5);
  // scikit-learn's example of roc_auc_score
  CHECK(area(Tensor{0.1, 0.4, 0.35, 0.8}, Tensor{0, 0, 1, 1}) == 0.75);
  CHECK(area(Tensor{0.0F, 1.0F}, Tensor{0, 1}) == 1);
  CHECK(area(Tensor{0.3, 0.4}, Tensor{1, 1}) == 0);
  CHECK(area(Tensor::zeros(DType::f64, {0}), Tensor::zeros(DType::i64, {0})) == 0);
}

TEST_CASE("areas of batches are that of all examples") {
  const Events of;
  const Output part = placeholder(of.graph, DType::i64, {Shape::unknown});
  const Accumulator total =
      accumulate(auc(gather(of.x, part), gather(of.y, part), {.name = "area"}));
  Session session(of.graph);
  session.run(global_variables_initializer(of.graph));
  for (const auto& [begin, end] : {std::pair(0L, 7L), std::pair(7L, 100L), std::pair(100L, 300L)}) {
    std::vector<std::int64_t> rows;
    for (std::int64_t i = begin; i < end; ++i) rows.push_back(i);
    session.run(total.update, {{part, Tensor::from<std::int64_t>({end - begin}, rows)}});
  }
  CHECK(session.run(total.value).item<double>() ==
        doctest::Approx(of.area(200, false)).epsilon(1e-12));
  CHECK(session.run(of.graph.find("area/sum0")).shape() == Shape{199});
}

TEST_CASE("labels of every dtype") {
  const Graph graph;
  const Output x = constant(graph, Tensor{0.9F, 0.2F, 0.7F});
  const Output bools = constant(graph, Tensor{true, false, false});
  for (const DType dtype : {DType::boolean, DType::u8, DType::i32, DType::i64, DType::f32,
                            DType::f64, DType::i8, DType::u16, DType::f16, DType::bf16}) {
    const Output y = cast(bools, dtype);
    CHECK(number_of(binary_accuracy(x, y)) == doctest::Approx(2.0 / 3).epsilon(1e-15));
    CHECK(number_of(precision(x, y)) == 0.5);
    CHECK(number_of(recall(x, y)) == 1);
    CHECK(number_of(auc(x, y)) == 1);
  }
}

TEST_CASE("nothing predicted, no event and no example give 0") {
  const Graph graph;
  const Output x = constant(graph, Tensor{0.1, 0.2});
  const Output none = constant(graph, Tensor{false, false});
  CHECK(number_of(precision(x, none)) == 0);
  CHECK(number_of(recall(x, none)) == 0);
  CHECK(number_of(binary_accuracy(zeros(graph, DType::f32, {0}), zeros(graph, DType::i32, {0}))) ==
        0);
}

TEST_CASE("what is no label or no share fails the run, and says where") {
  const Graph graph;
  const Output x = constant(graph, Tensor{0.5, 0.5});
  const auto labels = caught<RunError>([&] {
    number_of(recall(x, constant(graph, Tensor{1, 2})));
  });
  CHECK(labels.info().message == "the index 2 at [1] is outside [0, 2)");
  CHECK(labels.info().node == "recall/labels");
  const Output y = constant(graph, Tensor{1, 0});
  for (const double bad :
       {-1e-300, 1.0 + 0x1p-52, std::nan(""), -std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::infinity()}) {
    CAPTURE(bad);
    const auto error = caught<RunError>([&] {
      number_of(auc(constant(graph, Tensor{0.5, bad}), y));
    });
    CHECK(error.info().message.find(" at [1] is outside [0, 199)") != std::string::npos);
    CHECK(error.info().node.find("/scores_of_") != std::string::npos);
  }
}

TEST_CASE("wrong operands are refused, with the line and both specs") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {4});
  const Output y = placeholder(graph, DType::boolean, {4, 1});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { precision(x, y, {.name = "p"}); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().op == "precision");
  CHECK(error.info().node == "p");
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "the scores are f32[4], the labels bool[4, 1]");
  CHECK(caught<GraphError>([&] { recall(y, y); }).info().message ==
        "the scores are bool, not f32 or f64");
  CHECK(caught<GraphError>([&] { auc(x, x, {.thresholds = 1}); }).info().message ==
        "there are 1 thresholds");
}

}  // namespace
}  // namespace deft
