/// Ten million normal numbers, against a generator and a distribution of the standard library.

#include <array>
#include <cmath>
#include <memory>
#include <random>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"

namespace deft::benchmark {
namespace {

constexpr double mean = 3;

class Ours {
 public:
  explicit Ours(const Shape& shape) : y_(variable(zeros(graph_, DType::f32, shape))) {
    const Random random(graph_, {.seed = 1});
    step_ = group({assign(y_, deft::random_normal(random, DType::f32, shape, {.mean = mean})),
                   advance_global_step(graph_)});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor numbers() const { return session_.value(y_); }

 private:
  Graph graph_;
  Output y_;
  Output step_;
  Session session_{graph_, {.threads = 1}};
};

class ByHand {
 public:
  explicit ByHand(const Shape& shape) : numbers_(Tensor::zeros(DType::f32, shape)) {}

  void run(std::int64_t steps) {
    for (; steps > 0; --steps)
      for (float& number : numbers_.mutable_data<float>()) number = distribution_(engine_);
  }
  const Tensor& numbers() const { return numbers_; }

 private:
  std::mt19937 engine_;
  std::normal_distribution<float> distribution_{static_cast<float>(mean), 1};
  Tensor numbers_;
};

/// Both draw other numbers: that they are of one distribution is what can be compared.
void expect_same_moments(const Tensor& deft, const Tensor& reference) {
  const auto moments = [](const Tensor& numbers) {
    double sum = 0;
    double squares = 0;
    for (const float x : numbers.data<float>()) {
      sum += double{x};
      squares += (double{x} - mean) * (double{x} - mean);
    }
    const auto count = static_cast<double>(numbers.num_elements());
    return std::array{sum / count, std::sqrt(squares / count)};
  };
  const std::array ours = moments(deft);
  const std::array theirs = moments(reference);
  const double error = 8 / std::sqrt(static_cast<double>(deft.num_elements()));
  expect_close(ours[0], theirs[0], error);
  expect_close(ours[1], theirs[1], error);
}

}  // namespace

Contest random_normal(const Setting& setting) {
  const Shape shape{setting.size(10'000'000, 1000)};
  const auto ours = std::make_shared<Ours>(shape);
  const auto by_hand = std::make_shared<ByHand>(shape);
  ours->run(1);
  by_hand->run(1);
  expect_same_moments(ours->numbers(), by_hand->numbers());
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(by_hand), 1e3)};
}

}  // namespace deft::benchmark
