#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"

namespace deft {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Tensor value_of(const Output& y) {
  Session session(y.graph());
  return session.run(y);
}

double number_of(const Output& y) { return value_of(y).to<double>().at(0); }

/// Logits f64[3, 4] and labels of a graph.
struct Logits {
  Graph graph;
  Tensor at = Tensor{{0.5, -1.0, 2.0, 0.25}, {0.0, 0.75, -0.5, 1.0}, {3.0, 1.0, -2.0, 0.0}};
  Output x = constant(graph, at);
  Output labels = constant(graph, Tensor{2, 0, 1});
};

/// -log(softmax(row)) of a label.
double nll(const Tensor& logits, int row, int label) {
  double sum = 0;
  for (int i = 0; i < 4; ++i) sum += std::exp(logits.at<double>(row, i));
  return std::log(sum) - logits.at<double>(row, label);
}

TEST_CASE("cross-entropy of integer labels, of every integer dtype") {
  Logits given;
  const double wanted = (nll(given.at, 0, 2) + nll(given.at, 1, 0) + nll(given.at, 2, 1)) / 3;
  for (const DType dtype : {DType::i32, DType::i64, DType::u8, DType::i8, DType::u32})
    CHECK(number_of(softmax_cross_entropy(given.x, cast(given.labels, dtype))) ==
          doctest::Approx(wanted).epsilon(1e-14));
  CHECK(
      number_of(softmax_cross_entropy(given.x, given.labels, {.reduction = LossReduction::sum})) ==
      doctest::Approx(3 * wanted).epsilon(1e-14));
  const Tensor each =
      value_of(softmax_cross_entropy(given.x, given.labels, {.reduction = LossReduction::none}));
  CHECK(each.data<double>()[1] == doctest::Approx(nll(given.at, 1, 0)).epsilon(1e-14));
  const Output weights = constant(given.graph, Tensor{1.0, 0.0, 3.0});
  CHECK(number_of(softmax_cross_entropy(given.x, given.labels, {.weights = weights})) ==
        doctest::Approx((nll(given.at, 0, 2) + 3 * nll(given.at, 2, 1)) / 4).epsilon(1e-14));
}

TEST_CASE("neither the loss of integer labels nor its gradient stores anything of all logits") {
  Graph graph;
  const Shape shape{256, 1000};
  const Output x = placeholder(graph, DType::f32, shape);
  const Output labels = placeholder(graph, DType::i32, {256});
  const Output loss = softmax_cross_entropy(x, labels);
  Session session(graph, {.threads = 1});
  const Explanation explained = session.explain(
      {loss, gradients(loss, {x}).at(0)},
      {{x, Tensor::zeros(DType::f32, shape)}, {labels, Tensor::zeros(DType::i32, {256})}});
  // What a thread works in counts too; it does not grow with the rows.
  CHECK(explained.arena_bytes < shape.num_bytes(DType::f32));
}

TEST_CASE("one-hot probabilities give the loss of their labels, smoothing that of smoothed ones") {
  Logits given;
  const Output hot = one_hot(given.labels, 4, {.dtype = DType::f64});
  CHECK(number_of(softmax_cross_entropy(given.x, hot)) ==
        doctest::Approx(number_of(softmax_cross_entropy(given.x, given.labels))).epsilon(1e-14));
  const double smoothed = number_of(softmax_cross_entropy(given.x, hot * 0.8 + 0.2 / 4));
  CHECK(number_of(softmax_cross_entropy(given.x, hot, {.label_smoothing = 0.2})) ==
        doctest::Approx(smoothed).epsilon(1e-14));
  CHECK(number_of(softmax_cross_entropy(given.x, given.labels, {.label_smoothing = 0.2})) ==
        doctest::Approx(smoothed).epsilon(1e-14));
}

TEST_CASE("ignored labels do not count, and where all are ignored loss and gradient are 0") {
  Logits given;
  const Output some = constant(given.graph, Tensor{-1, 0, -1});
  const Output loss = softmax_cross_entropy(given.x, some, {.ignore = -1});
  CHECK(number_of(loss) == doctest::Approx(nll(given.at, 1, 0)).epsilon(1e-14));
  const Tensor slopes = value_of(gradients(loss, {given.x})[0]);
  for (int i = 0; i < 4; ++i) CHECK(slopes.at<double>(0, i) == 0);
  CHECK(slopes.at<double>(1, 0) < 0);
  const Output none =
      softmax_cross_entropy(given.x, constant(given.graph, Tensor{-1, -1, -1}), {.ignore = -1});
  CHECK(number_of(none) == 0);
  const Tensor zero = value_of(gradients(none, {given.x})[0]);
  CHECK(zero == Tensor::zeros(DType::f64, given.x.shape()));
  const Output nothing =
      softmax_cross_entropy(constant(given.graph, Tensor::zeros(DType::f32, {0, 4})),
                            constant(given.graph, Tensor::zeros(DType::i32, {0})));
  CHECK(number_of(nothing) == 0);
}

TEST_CASE("a label out of range fails the run, and says where") {
  Logits given;
  const Output loss = softmax_cross_entropy(given.x, constant(given.graph, Tensor{2, 4, 1}));
  CHECK(caught<RunError>([&] { value_of(loss); }).info().message ==
        "the index 4 at [1] is outside [0, 4)");
  CHECK_THROWS_AS(value_of(softmax_cross_entropy(given.x, constant(given.graph, Tensor{2, -1, 1}))),
                  RunError);
  CHECK_THROWS_AS(softmax_cross_entropy(given.x, given.labels, {.ignore = 3}), GraphError);
  CHECK_THROWS_AS(softmax_cross_entropy(given.x, given.labels, {.label_smoothing = 1}), GraphError);
  CHECK_THROWS_AS(softmax_cross_entropy(given.x, given.x + 0 * expand_dims(given.x, 0)),
                  GraphError);
}

TEST_CASE("logits without bounds give the limit") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{1e4, -1e4, 0.0}, {-infinity, 0.0, 0.0}});
  const Tensor each = value_of(
      softmax_cross_entropy(x, constant(graph, Tensor{1, 0}), {.reduction = LossReduction::none}));
  CHECK(each.data<double>()[0] == doctest::Approx(2e4));
  CHECK(each.data<double>()[1] == infinity);
  const Output logits = constant(graph, Tensor{infinity, -infinity, infinity, 800.0});
  const Output labels = constant(graph, Tensor{1.0, 0.0, 0.0, 0.0});
  CHECK(value_of(sigmoid_cross_entropy(logits, labels, {.reduction = LossReduction::none})) ==
        Tensor{0.0, 0.0, infinity, 800.0});
}

TEST_CASE("losses equal their formulas") {
  const Graph graph;
  const Output x = constant(graph, Tensor{0.5, -2.0, 3.0});
  const Output y = constant(graph, Tensor{1.0, 0.25, -1.0});
  CHECK(number_of(mean_squared_error(x, y)) ==
        doctest::Approx((0.25 + 2.25 * 2.25 + 16) / 3).epsilon(1e-14));
  CHECK(number_of(mean_absolute_error(x, y)) ==
        doctest::Approx((0.5 + 2.25 + 4) / 3).epsilon(1e-14));
  CHECK(number_of(huber_loss(x, y, {.delta = 2})) ==
        doctest::Approx((0.125 + 2 * 1.25 + 2 * 3) / 3).epsilon(1e-14));
  CHECK(number_of(hinge_loss(x, constant(graph, Tensor{1.0, -1.0, -1.0}))) ==
        doctest::Approx((0.5 + 0 + 4) / 3).epsilon(1e-14));
  CHECK(number_of(poisson_loss(x, y, {.reduction = LossReduction::sum})) ==
        doctest::Approx(std::exp(0.5) + std::exp(-2) + std::exp(3) - 0.5 + 0.5 + 3).epsilon(1e-14));
  const Output p = constant(graph, Tensor{{0.25, 0.75}, {0.0, 1.0}});
  const Output q = constant(graph, Tensor{{0.5, 0.5}, {0.1, 0.9}});
  CHECK(number_of(kl_divergence(log(q), p)) ==
        doctest::Approx((0.25 * std::log(0.5) + 0.75 * std::log(1.5) - std::log(0.9)) / 2)
            .epsilon(1e-14));
  CHECK_THROWS_AS(huber_loss(x, y, {.delta = 0}), GraphError);
}

/// Logarithms f64[2, 3, 2], with the classes along dimension 1, and labels [2, 2].
struct Logarithms {
  Graph graph;
  Output x = constant(graph, Tensor::from<double>({2, 3, 2}, {-1, -2, -3, -4, -5, -6,  //
                                                              -7, -8, -9, -10, -11, -12}));
  Output labels = constant(graph, Tensor{{2, 0}, {1, 1}});  // losses {{5, 2}, {9, 10}}
  Output class_weights = constant(graph, Tensor{0.5, 2.0, 4.0});

  Tensor losses(LikelihoodOptions options, const Output& of = {}) const {
    options.axis = 1;
    return value_of(negative_log_likelihood(x, of.is_empty() ? labels : of, options));
  }
};

TEST_CASE("the likelihood of labels along any axis, weighted by class") {
  const Logarithms given;
  const Output& weights = given.class_weights;
  CHECK(given.losses({.reduction = LossReduction::none}) == Tensor{{5.0, 2.0}, {9.0, 10.0}});
  CHECK(given.losses({.reduction = LossReduction::sum}) == Tensor::scalar(26.0));
  CHECK(given.losses({}) == Tensor::scalar(6.5));
  CHECK(given.losses({.class_weights = weights, .reduction = LossReduction::none}) ==
        Tensor{{20.0, 1.0}, {18.0, 20.0}});
  CHECK(given.losses({.class_weights = weights}) == Tensor::scalar(59.0 / 8.5));
  const Output of_examples = constant(given.graph, Tensor{{1.0}, {0.0}});
  CHECK(given.losses({.class_weights = weights, .weights = of_examples}) ==
        Tensor::scalar(21.0 / 4.5));
  for (const DType dtype : {DType::i64, DType::u8})
    CHECK(given.losses({}, cast(given.labels, dtype)) == Tensor::scalar(6.5));
  const Output last = transpose(given.x, {0, 2, 1});
  CHECK(number_of(negative_log_likelihood(last, given.labels)) == 6.5);
  const Output logits = constant(given.graph, Tensor{{0.5, -1.0, 2.0}, {0.0, 0.75, -0.5}});
  const Output labels = constant(given.graph, Tensor{2, 0});
  CHECK(number_of(negative_log_likelihood(log_softmax(logits), labels)) ==
        doctest::Approx(number_of(softmax_cross_entropy(logits, labels))).epsilon(1e-14));
}

TEST_CASE("any label can be ignored, also a class, and one that is none") {
  const Logarithms given;
  const Output& weights = given.class_weights;
  CHECK(given.losses({.ignore = 1, .reduction = LossReduction::none}) ==
        Tensor{{5.0, 2.0}, {0.0, 0.0}});
  CHECK(given.losses({.ignore = 1}) == Tensor::scalar(3.5));
  CHECK(given.losses({.class_weights = weights, .ignore = 1}) == Tensor::scalar(21.0 / 4.5));
  const Output some = constant(given.graph, Tensor{{-5, 0}, {1, -5}});
  CHECK(given.losses({.ignore = -5, .reduction = LossReduction::sum}, some) ==
        Tensor::scalar(11.0));
  const Output large = constant(given.graph, Tensor{{99, 0}, {1, 99}});
  CHECK(given.losses({.ignore = 99}, large) == Tensor::scalar(5.5));
  CHECK(given.losses({.ignore = std::int64_t{1} << 40}) == Tensor::scalar(6.5));
  const Output all = constant(given.graph, Tensor{{7, 7}, {7, 7}});
  for (const Output& of_classes : {Output{}, weights}) {
    const Output none = negative_log_likelihood(
        given.x, all, {.class_weights = of_classes, .ignore = 7, .axis = 1});
    CHECK(number_of(none) == 0);
    CHECK(value_of(gradients(none, {given.x})[0]) == Tensor::zeros(DType::f64, {2, 3, 2}));
  }
  const Output lost = constant(given.graph, Tensor{{0.0, -1.0}, {-infinity, std::nan("")}});
  const Output loss =
      negative_log_likelihood(lost, constant(given.graph, Tensor{1, -1}), {.ignore = -1});
  CHECK(number_of(loss) == 1);
  CHECK(value_of(gradients(loss, {lost})[0]) == Tensor{{0.0, -1.0}, {0.0, 0.0}});
  const Output nothing =
      negative_log_likelihood(constant(given.graph, Tensor::zeros(DType::f32, {0, 3})),
                              constant(given.graph, Tensor::zeros(DType::i32, {0})));
  CHECK(number_of(nothing) == 0);
}

TEST_CASE("labels and class weights of the likelihood are checked") {
  const Logarithms given;
  const Output wrong = constant(given.graph, Tensor{{2, 0}, {3, 1}});
  CHECK(caught<RunError>([&] { given.losses({}, wrong); }).info().message.find("3") !=
        std::string::npos);
  CHECK_THROWS_AS(given.losses({.ignore = 3}, constant(given.graph, Tensor{{2, 0}, {-1, 1}})),
                  RunError);
  const auto refused = [&](const Output& labels, const LikelihoodOptions& options) {
    return caught<GraphError>([&] { negative_log_likelihood(given.x, labels, options); });
  };
  CHECK(refused(given.labels, {}).info().message ==
        "the logarithms have the shape [2, 3, 2], the labels [2, 2]");
  for (const DType dtype : {DType::f32, DType::f16, DType::bf16, DType::boolean})
    CHECK(refused(cast(given.labels, dtype), {.axis = 1}).code() == ErrorCode::dtype_mismatch);
  CHECK(refused(given.labels, {.axis = 3}).code() == ErrorCode::invalid_argument);
  const Output two = constant(given.graph, Tensor{1.0, 2.0});
  CHECK(refused(given.labels, {.class_weights = two, .axis = 1}).info().message ==
        "the class weights are f64[2], the logarithms f64[2, 3, 2]");
  CHECK_THROWS_AS(given.losses({.class_weights = cast(given.class_weights, DType::f32)}),
                  GraphError);
}

TEST_CASE("shapes that would broadcast are refused") {
  const Graph graph;
  const Output column = constant(graph, Tensor{{1.0}, {2.0}});
  const Output row = constant(graph, Tensor{1.0, 2.0});
  CHECK_THROWS_AS(mean_squared_error(column, row), GraphError);
  CHECK_THROWS_AS(sigmoid_cross_entropy(column, row), GraphError);
  CHECK_THROWS_AS(huber_loss(row, Tensor{{1.0}}), GraphError);
  CHECK_THROWS_AS(mean_squared_error(row, 1.0, {.weights = column}), GraphError);
  CHECK_NOTHROW(mean_squared_error(row, 1.0));
}

TEST_CASE("sums that f32 does not hold have a mean, and ignored rows may be anything") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.5e19F, 1.5e19F, 1.5e19F});
  const Output ones = constant(graph, Tensor{1.0F, 1.0F, 1.0F});
  for (const Output& weights : {Output{}, ones})
    CHECK(number_of(mean_squared_error(x, 0.0F, {.weights = weights})) ==
          doctest::Approx(2.25e38).epsilon(1e-6));
  const Output logits = constant(graph, Tensor{{1.0, 2.0}, {std::nan(""), 1.0}});
  const Output loss = softmax_cross_entropy(logits, constant(graph, Tensor{1, -1}), {.ignore = -1});
  CHECK(value_of(gradients(loss, {logits})[0]).at<double>(1, 0) == 0);
}

TEST_CASE("losses have gradients to the second order") {
  for (const Shape& shape : {Shape{2, 3}, Shape{Shape::unknown, Shape::unknown}}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, shape);
    const Tensor at = Tensor{{0.5, -1.25, 2.0}, {0.125, 0.75, -0.5}};
    const Output labels = constant(graph, Tensor{2, 0});
    const Output p = constant(graph, Tensor{{0.2, 0.3, 0.5}, {0.0, 1.0, 0.0}});
    const Output y = constant(graph, Tensor{{0.25, -0.75, 1.0}, {3.0, 0.25, -1.0}});
    const std::vector<Output> losses = {
        softmax_cross_entropy(x, labels),
        softmax_cross_entropy(x, labels, {.label_smoothing = 0.1, .ignore = -1}),
        softmax_cross_entropy(x, p),
        sigmoid_cross_entropy(x, p),
        mean_squared_error(x, y),
        mean_absolute_error(x, y),
        huber_loss(x, y, {.delta = 0.625}),
        hinge_loss(x, y),
        kl_divergence(log_softmax(x), p),
        poisson_loss(x, y),
        negative_log_likelihood(log_softmax(x), labels,
                                {.class_weights = constant(graph, Tensor{0.5, 2.0, 4.0}),
                                 .weights = constant(graph, Tensor{1.5, 0.25})}),
        negative_log_likelihood(square(x), labels, {.ignore = 2}),
    };
    for (std::size_t i = 0; i < losses.size(); ++i) {
      CAPTURE(i);
      CHECK(gradient_mismatch(losses[i], {x}, {at}) == "");
    }
  }
}

}  // namespace
}  // namespace deft
