#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/metrics.hpp>

#include "caught.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor value_of(const Output& y) {
  Session session(y.graph());
  return session.run(y);
}

double number_of(const Metric& metric) { return value_of(metric.value()).item<double>(); }

/// Logits f32[50, 7], some of them equal, labels and weights, of a graph.
struct Examples {
  Graph graph;
  Tensor logits = sample<float>({50, 7}, 5);
  Tensor labels = sample_indices<std::int64_t>({50}, 7);
  std::vector<double> weights = std::vector<double>(50);
  Output x = constant(graph, logits);
  Output y = constant(graph, labels);
  Output w;

  Examples() {
    for (std::size_t i = 0; i < 50; ++i) weights[i] = 0.5 * static_cast<double>(i % 4);
    w = constant(graph, Tensor::from<double>({50}, weights));
  }

  /// The weighted share of rows in which fewer than k logits are ahead of the label's.
  double share_within(int k, bool weighted) const {
    double right = 0;
    double total = 0;
    for (int i = 0; i < 50; ++i) {
      const auto label = static_cast<int>(labels.data<std::int64_t>()[static_cast<std::size_t>(i)]);
      int ahead = 0;
      for (int j = 0; j < 7; ++j)
        ahead += logits.at<float>(i, j) > logits.at<float>(i, label) ||
                 (logits.at<float>(i, j) == logits.at<float>(i, label) && j < label);
      const double weight = weighted ? weights[static_cast<std::size_t>(i)] : 1;
      right += ahead < k ? weight : 0;
      total += weight;
    }
    return right / total;
  }
};

TEST_CASE("accuracy is the share of labels that argmax gives, for labels of any dtype") {
  const Examples of;
  const Output hits = equal(argmax(of.x, -1), of.y);
  const double wanted = value_of(reduce_mean(cast(hits, DType::f64))).item<double>();
  CHECK(wanted == doctest::Approx(of.share_within(1, false)).epsilon(1e-15));
  for (const DType dtype : {DType::i32, DType::i64, DType::u8, DType::i16, DType::u64})
    CHECK(number_of(accuracy(of.x, cast(of.y, dtype))) == doctest::Approx(wanted).epsilon(1e-15));
  CHECK(number_of(accuracy(of.x, of.y, {.weights = of.w})) ==
        doctest::Approx(of.share_within(1, true)).epsilon(1e-15));
}

TEST_CASE("top k accuracy, weighted and not") {
  const Examples of;
  for (const int k : {1, 2, 3, 6, 7, 9}) {
    CAPTURE(k);
    CHECK(number_of(top_k_accuracy(of.x, of.y, k)) ==
          doctest::Approx(of.share_within(k, false)).epsilon(1e-15));
    CHECK(number_of(top_k_accuracy(of.x, of.y, k, {.weights = of.w})) ==
          doctest::Approx(of.share_within(k, true)).epsilon(1e-15));
  }
}

TEST_CASE("ties go to the first, and NaN is never right") {
  const Graph graph;
  const auto of = [&](const Tensor& row, std::int64_t label, std::int64_t k) {
    return number_of(top_k_accuracy(constant(graph, row), constant(graph, Tensor{label}), k));
  };
  CHECK(of(Tensor{{1.0, 1.0, 0.0}}, 0, 1) == 1);
  CHECK(of(Tensor{{1.0, 1.0, 0.0}}, 1, 1) == 0);
  CHECK(of(Tensor{{1.0, 1.0, 0.0}}, 1, 2) == 1);
  const double nan = std::nan("");
  CHECK(of(Tensor{{1.0, nan, 0.0}}, 0, 1) == 0);
  CHECK(of(Tensor{{1.0, nan, 0.0}}, 0, 2) == 1);
  CHECK(of(Tensor{{1.0, nan, 0.0}}, 1, 1) == 0);
  CHECK(of(Tensor{{1.0, nan, 0.0}}, 1, 3) == 0);
  CHECK(of(Tensor{{-infinity, infinity}}, 1, 1) == 1);
}

TEST_CASE("labels of a label image, empty batches, dimensions that are known in a run") {
  const Graph graph;
  const Output image = constant(graph, Tensor::from<double>({1, 2, 2}, {0, 1, 2, 0}));
  CHECK(number_of(accuracy(image, constant(graph, Tensor{{1L, 1L}}))) == 0.5);
  CHECK(number_of(accuracy(zeros(graph, DType::f32, {0, 3}), zeros(graph, DType::i64, {0}))) == 0);
  const Metric cells =
      confusion_matrix(zeros(graph, DType::i32, {0}), zeros(graph, DType::i64, {0}), 2);
  CHECK(value_of(cells.value()) == Tensor{{0L, 0L}, {0L, 0L}});
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, Shape::unknown});
  const Output y = placeholder(graph, DType::i32, {Shape::unknown});
  const Output share = accuracy(x, y, {.name = "right"}).value();
  CHECK(share.name() == "right");
  Session session(graph);
  CHECK(session.run(share, {{x, Tensor{{0.0F, 1.0F}, {2.0F, 3.0F}}}, {y, Tensor{1, 0}}})
            .item<double>() == 0.5);
}

TEST_CASE("a label out of range fails the run, and nothing is added up") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{0.0, 1.0}, {1.0, 0.0}});
  const Output y = placeholder(graph, DType::i64, {2});
  const Accumulator total = accumulate(accuracy(x, y));
  const Accumulator cells = accumulate(confusion_matrix(argmax(x, -1), y, 2));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  for (const std::int64_t bad : {2, -1}) {
    const auto error = caught<RunError>([&] {
      session.run(total.update, {{y, Tensor{std::int64_t{1}, bad}}});
    });
    CHECK(error.info().node == "accuracy/labels");
    CHECK(error.info().message ==
          "the index " + std::to_string(bad) + " at [1, 0] is outside [0, 2)");
    CHECK_THROWS_AS(session.run(cells.update, {{y, Tensor{std::int64_t{1}, bad}}}), RunError);
  }
  CHECK(session.run(graph.find("accuracy/sum1")).item<double>() == 0);
  session.run(total.update, {{y, Tensor{1L, 1L}}});
  CHECK(session.run(total.value).item<double>() == 0.5);
}

TEST_CASE("the confusion matrix has a row for each class, a column for each prediction") {
  const Examples of;
  const Tensor taken = sample_indices<std::int32_t>({50}, 5);
  std::vector<std::int64_t> wanted(49);
  std::vector<double> weighted(49);
  for (std::size_t i = 0; i < 50; ++i) {
    const auto cell = static_cast<std::size_t>(of.labels.data<std::int64_t>()[i] * 7 +
                                               taken.data<std::int32_t>()[i]);
    wanted[cell] += 1;
    weighted[cell] += of.weights[i];
  }
  const Output predictions = constant(of.graph, taken);
  CHECK(value_of(confusion_matrix(predictions, of.y, 7).value()) ==
        Tensor::from<std::int64_t>({7, 7}, wanted));
  CHECK(value_of(confusion_matrix(predictions, of.y, 7, {.weights = of.w}).value()) ==
        Tensor::from<double>({7, 7}, weighted));
  const Tensor precisions = value_of(class_precision(predictions, of.y, 7).value());
  const Tensor recalls = value_of(class_recall(predictions, of.y, 7).value());
  for (std::size_t c = 0; c < 7; ++c) {
    double row = 0;
    double column = 0;
    for (std::size_t i = 0; i < 7; ++i) {
      row += static_cast<double>(wanted[c * 7 + i]);
      column += static_cast<double>(wanted[i * 7 + c]);
    }
    const auto own = static_cast<double>(wanted[c * 8]);
    CAPTURE(c);
    CHECK(precisions.data<double>()[c] == doctest::Approx(column == 0 ? 0 : own / column));
    CHECK(recalls.data<double>()[c] == doctest::Approx(row == 0 ? 0 : own / row));
  }
}

TEST_CASE("confusion matrices add up") {
  const Graph graph;
  const Output taken = placeholder(graph, DType::i64, {Shape::unknown});
  const Output y = placeholder(graph, DType::i64, {Shape::unknown});
  const Accumulator total = accumulate(confusion_matrix(taken, y, 2), {.name = "cells"});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(total.update, {{taken, Tensor{0L, 1L, 1L}}, {y, Tensor{0L, 0L, 1L}}});
  session.run(total.update, {{taken, Tensor{0L}}, {y, Tensor{1L}}});
  CHECK(session.run(total.value) == Tensor{{1L, 1L}, {1L, 1L}});
}

TEST_CASE("wrong operands are refused, with the line and both specs") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {4, 3});
  const Output y = placeholder(graph, DType::i64, {4});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { accuracy(x, placeholder(graph, DType::i64, {3})); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().op == "accuracy");
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "the logits are f32[4, 3], the labels i64[3]");
  CHECK(error.info().cure == "give logits [..., classes] and labels [...]");
  const auto dtype = caught<GraphError>([&] { accuracy(x, x); });
  CHECK(dtype.code() == ErrorCode::dtype_mismatch);
  CHECK(dtype.info().message == "the labels are f32, not integers");
  CHECK_THROWS_AS(accuracy(y, y), GraphError);
  CHECK_THROWS_AS(accuracy(constant(graph, Tensor::scalar(1.0)), y), GraphError);
  CHECK_THROWS_AS(top_k_accuracy(x, y, 0), GraphError);
  CHECK_THROWS_AS(confusion_matrix(y, y, 0), GraphError);
  CHECK_THROWS_AS(confusion_matrix(x, y, 3), GraphError);
  CHECK_THROWS_AS(confusion_matrix(placeholder(graph, DType::i64, {5}), y, 3), GraphError);
  CHECK_THROWS_AS(accuracy(x, y, {.weights = x}), GraphError);
}

}  // namespace
}  // namespace deft
