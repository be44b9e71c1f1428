/// Adam's update of a million parameters, written with public operations, against one loop that
/// keeps what was until it is done, too.

#include <utility>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "native/networks.hpp"

namespace deft::benchmark {
namespace {

constexpr AdamRates rates{.rate = 0.001F, .beta1 = 0.9F, .beta2 = 0.999F, .epsilon = 1e-8F};

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

class AdamByHand {
 public:
  explicit AdamByHand(const Tensor& gradient) : g_(gradient) {
    for (State& state : states_)
      for (Tensor* tensor : {&state.w, &state.m, &state.v})
        *tensor = Tensor::zeros(DType::f32, g_.shape());
  }

  void run(std::int64_t steps) {
    for (; steps > 0; --steps) {
      adam_by_hand(states_[0].values(), states_[1].values(), g_.data<float>().data(),
                   static_cast<std::size_t>(g_.num_elements()), rates);
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
  State states_[2];
};

}  // namespace

template <bool generate_code>
Contest adam_by_hand(const Setting& setting) {
  const Tensor gradient = random_tensor({setting.size(1'000'000, 100)}, 1);
  const auto ours = std::make_shared<Adam>(gradient, generate_code);
  const auto by_hand = std::make_shared<AdamByHand>(gradient);
  ours->run(3);
  by_hand->run(3);
  expect_close(ours->parameters(), by_hand->parameters(), 1e-4);
  return {timed(
              setting, [=](std::int64_t n) { ours->run(n); }, 1e6),
          timed(
              setting, [=](std::int64_t n) { by_hand->run(n); }, 1e6)};
}

template Contest adam_by_hand<true>(const Setting&);
template Contest adam_by_hand<false>(const Setting&);

}  // namespace deft::benchmark
