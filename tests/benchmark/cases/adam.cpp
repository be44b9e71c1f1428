/// Adam's update of a million parameters, written with public operations and as optimizers write
/// it, against one loop that keeps what was until it is done, too.

#include <memory>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "native/networks.hpp"

namespace deft::benchmark {
namespace {

constexpr AdamRates rates;

class Adam {
 public:
  Adam(const Tensor& gradient, bool generate_code)
      : session_(graph_, {.threads = 1, .optimizations = {.generate_code = generate_code}}),
        w_(variable(zeros(graph_, DType::f32, gradient.shape()))) {
    const Output g = variable(graph_, gradient);
    const Output m = variable(zeros(graph_, DType::f32, gradient.shape()));
    const Output v = variable(zeros(graph_, DType::f32, gradient.shape()));
    const Output new_m = assign(m, m * rates.beta1 + g * (1 - rates.beta1));
    const Output new_v = assign(v, v * rates.beta2 + square(g) * (1 - rates.beta2));
    step_ = group({assign_sub(w_, rates.rate * new_m / (sqrt(new_v) + rates.epsilon))});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor parameters() { return session_.eval(w_); }

 private:
  Graph graph_;
  Session session_;
  Output w_;
  Output step_;
};

/// By an optimizer, of parameters in several tensors, each with a part of the gradient.
class AdamOfOptimizer {
 public:
  explicit AdamOfOptimizer(const Tensor& gradient) {
    const auto values = gradient.data<float>();
    const std::size_t part = values.size() / tensors;
    const Shape shape{static_cast<std::int64_t>(part)};
    std::vector<Output> gradients;
    for (std::size_t i = 0; i < tensors; ++i) {
      parameters_.push_back(variable(zeros(graph_, DType::f32, shape)));
      gradients.push_back(variable(graph_, Tensor::from(shape, values.subspan(i * part, part))));
    }
    step_ = apply_gradients(gradients, parameters_, deft::Adam{.rate = double{rates.rate}}).step;
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }

  /// One after the other.
  Tensor parameters() const {
    std::vector<float> all;
    for (const Tensor& tensor : session_.values(parameters_)) {
      const auto values = tensor.data<float>();
      all.insert(all.end(), values.begin(), values.end());
    }
    return Tensor::from(all);
  }

 private:
  static constexpr std::size_t tensors = 8;

  Graph graph_;
  std::vector<Output> parameters_;
  Output step_;
  Session session_{graph_, {.threads = 1}};
};

/// Whether m and v are divided by 1 - beta^t, as is published.
enum class Correction { none, exact };

class AdamByHand {
 public:
  AdamByHand(const Tensor& gradient, Correction correction)
      : g_(gradient), correction_(correction) {
    for (State& state : states_)
      for (Tensor* tensor : {&state.w, &state.m, &state.v})
        *tensor = Tensor::zeros(DType::f32, g_.shape());
  }

  void run(std::int64_t steps) {
    for (; steps > 0; --steps) {
      ++count_;
      adam_by_hand(states_[0].values(), states_[1].values(), g_.data<float>().data(),
                   static_cast<std::size_t>(g_.num_elements()),
                   correction_ == Correction::exact ? corrected(rates, count_) : rates);
      std::swap(states_[0], states_[1]);
    }
  }
  const Tensor& parameters() const { return states_[0].w; }

 private:
  struct State {
    Tensor w, m, v;

    AdamState values() {
      return {w.mutable_data<float>().data(), m.mutable_data<float>().data(),
              v.mutable_data<float>().data()};
    }
  };

  Tensor g_;
  Correction correction_;
  std::int64_t count_ = 0;
  State states_[2];
};

template <class Ours>
Contest contest(const Setting& setting, const std::shared_ptr<Ours>& ours,
                const std::shared_ptr<AdamByHand>& by_hand) {
  ours->run(3);
  by_hand->run(3);
  expect_close(ours->parameters(), by_hand->parameters(), 1e-4);
  return {timed(setting, runs_of(ours), 1e6), timed(setting, runs_of(by_hand), 1e6)};
}

Tensor gradient(const Setting& setting) { return random_tensor({setting.size(1'000'000, 96)}, 1); }

}  // namespace

template <bool generate_code>
Contest adam_by_hand(const Setting& setting) {
  const Tensor g = gradient(setting);
  return contest(setting, std::make_shared<Adam>(g, generate_code),
                 std::make_shared<AdamByHand>(g, Correction::none));
}

Contest adam_update(const Setting& setting) {
  const Tensor g = gradient(setting);
  return contest(setting, std::make_shared<AdamOfOptimizer>(g),
                 std::make_shared<AdamByHand>(g, Correction::exact));
}

template Contest adam_by_hand<true>(const Setting&);
template Contest adam_by_hand<false>(const Setting&);

}  // namespace deft::benchmark
