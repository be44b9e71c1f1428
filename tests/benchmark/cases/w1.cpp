/// A regression line through 10,000 points, trained for 10,000 epochs from the graph as users write
/// it. Every repetition plans anew.

#include <cmath>
#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/descent.hpp"
#include "data/line_data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/line_limit.hpp"

namespace deft::benchmark {
namespace {

constexpr double rate = 0.001;

template <class T>
class Line {
 public:
  Line(const LineData<T>& data, std::int64_t epochs, const SessionOptions& options)
      : epochs_(epochs), options_(options) {
    descent_ = gradient_descent(constant(graph_, data.X(), {.name = "X"}),
                                constant(graph_, data.d(), {.name = "d"}), rate);
    initialize_ = global_variables_initializer(graph_);
  }

  void run(std::int64_t repetitions) const {
    for (std::int64_t i = 0; i < repetitions; ++i) train();
  }
  Tensor weights() const { return train().eval(descent_.w); }

 private:
  Session train() const {
    Session session(graph_, options_);
    session.run(initialize_);
    session.run(descent_.train, {.steps = epochs_});
    return session;
  }

  std::int64_t epochs_;
  SessionOptions options_;
  Graph graph_;
  Descent descent_;
  Output initialize_;
};

template <class T>
class LineByHand {
 public:
  LineByHand(const LineData<T>& data, std::int64_t rows, std::int64_t epochs,
             LineTrainer<T> trainer)
      : data_(data),
        factor_(static_cast<T>(2 * rate / static_cast<double>(rows))),
        epochs_(epochs),
        trainer_(trainer) {}

  void run(std::int64_t repetitions) {
    for (std::int64_t i = 0; i < repetitions; ++i) {
      w_[0] = w_[1] = 0;
      trainer_(data_.columns(), factor_, epochs_, w_);
    }
  }
  const T* weights() const { return w_; }

 private:
  LineData<T> data_;
  T factor_;
  std::int64_t epochs_;
  LineTrainer<T> trainer_;
  T w_[2] = {0, 0};
};

std::int64_t rows_of(const Setting& setting) { return setting.size(10'000, 100); }
std::int64_t epochs_of(const Setting& setting) { return setting.size(10'000, 10); }

template <class T>
Contest against(const Setting& setting, Optimizations optimizations, LineTrainer<T> trainer) {
  const std::int64_t rows = rows_of(setting);
  const std::int64_t epochs = epochs_of(setting);
  const LineData<T> data(rows);
  const auto ours = std::make_shared<Line<T>>(
      data, epochs, SessionOptions{.threads = 1, .optimizations = optimizations});
  const auto by_hand = std::make_shared<LineByHand<T>>(data, rows, epochs, trainer);
  by_hand->run(1);
  const std::vector<T> found = ours->weights().template data<T>();
  for (std::size_t j = 0; j < found.size(); ++j)
    expect_close(double{found[j]}, double{by_hand->weights()[j]}, 1e-4);
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(by_hand), 1e3)};
}

/// What f64 finds for the same numbers.
Tensor weights_in_f64(const LineData<float>& data, std::int64_t epochs) {
  const Graph graph;
  const Tensor X = data.X();
  const Tensor d = data.d();
  const Output wide_X = cast(constant(graph, X), DType::f64);
  const Output wide_d = cast(constant(graph, d), DType::f64);
  const Descent descent = gradient_descent(wide_X, wide_d, rate);
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  session.run(descent.train, {.steps = epochs});
  return session.eval(descent.w);
}

/// Throws Disagreement if the error of `ours` exceeds that of `exact`, by more than the last bit.
void expect_as_accurate(const Tensor& ours, const Tensor& exact, const Tensor& truth) {
  for (std::size_t j = 0; j < truth.data<double>().size(); ++j) {
    const double value = truth.data<double>()[j];
    const double error = std::abs(double{exact.data<float>()[j]} - value);
    const double tolerance = error + 0x1p-23 * std::abs(value);
    expect_close(double{ours.data<float>()[j]}, value, tolerance / std::abs(value));
  }
}

}  // namespace

Contest w1_f32(const Setting& setting) { return against<float>(setting, {}, train_line_plainly); }

Contest w1_f32_limit(const Setting& setting) {
  return against<float>(setting, {}, train_line_fast);
}

Contest w1_f64(const Setting& setting) { return against<double>(setting, {}, train_line_fast); }

Contest w1_portable(const Setting& setting) {
  return against<float>(setting, {.generate_code = false}, train_line_plainly);
}

Contest w1_reassociate(const Setting& setting) {
  const std::int64_t rows = rows_of(setting);
  const std::int64_t epochs = epochs_of(setting);
  const LineData<float> data(rows);
  const auto line = [&](Numerics numerics) {
    return std::make_shared<Line<float>>(data, epochs,
                                         SessionOptions{.threads = 1, .numerics = numerics});
  };
  const auto ours = line(Numerics::reassociate);
  const auto exact = line(Numerics::exact);
  expect_as_accurate(ours->weights(), exact->weights(), weights_in_f64(data, epochs));
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(exact), 1e3)};
}

Contest w1_threads(const Setting& setting) {
  const LineData<float> data(rows_of(setting));
  const auto line = [&](int threads) {
    return std::make_shared<Line<float>>(data, epochs_of(setting),
                                         SessionOptions{.threads = threads});
  };
  const auto ours = line(setting.threads);
  const auto alone = line(1);
  expect_same_bytes(ours->weights(), alone->weights());
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(alone), 1e3)};
}

}  // namespace deft::benchmark
