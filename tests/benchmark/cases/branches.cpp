/// Eight independent matrix products and their sum: parallelism between operations.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/onednn.hpp"

namespace deft::benchmark {
namespace {

constexpr int branches = 8;

Tensor operand(std::int64_t n, int i) {
  return random_tensor({n, n}, static_cast<std::uint32_t>(i));
}

/// c = sum_i a_i b_i, in a session. Everything is a variable: nothing is known before the run, and
/// the result needs no new memory.
class Branches {
 public:
  Branches(std::int64_t n, int threads)
      : session_(graph_, {.threads = threads, .optimizations = Optimizations::none()}) {
    std::vector<Output> products;
    for (int i = 0; i < branches; ++i)
      products.push_back(
          matmul(variable(graph_, operand(n, 2 * i)), variable(graph_, operand(n, 2 * i + 1))));
    c_ = variable(zeros(graph_, DType::f32, {n, n}), {.name = "c"});
    step_ = group({assign(c_, add_n(products))});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor result() { return session_.eval(c_); }

 private:
  Graph graph_;
  Output c_;
  Output step_;
  Session session_;
};

/// The same by hand: all threads work on one product after the other. Each product but the first is
/// added to the result as oneDNN computes it, which is faster than a sum afterwards.
class BranchesByHand {
 public:
  BranchesByHand(std::int64_t n, int threads)
      : threads_(threads), c_(Tensor::zeros(DType::f32, {n, n})) {
    using Result = OnednnProduct::Result;
    for (int i = 0; i < 2 * branches; ++i) operands_.push_back(operand(n, i));
    for (std::size_t i = 0; i < branches; ++i)
      products_.emplace_back(operands_[2 * i], operands_[2 * i + 1], c_,
                             i == 0 ? Result::replaced : Result::added_to, threads);
  }
  BranchesByHand(const BranchesByHand&) = delete;
  BranchesByHand& operator=(const BranchesByHand&) = delete;

  void run(std::int64_t steps) const {
    set_onednn_threads(threads_);
    for (std::int64_t i = 0; i < steps; ++i)
      for (const OnednnProduct& product : products_) product.run();
  }
  const Tensor& result() const { return c_; }

 private:
  int threads_;
  std::vector<Tensor> operands_;
  Tensor c_;
  std::vector<OnednnProduct> products_;
};

}  // namespace

Contest branches_256(const Setting& setting) {
  const std::int64_t n = setting.size(256, 16);
  const auto ours = std::make_shared<Branches>(n, setting.threads);
  const auto alone = std::make_shared<Branches>(n, 1);
  ours->run(1);
  alone->run(1);
  expect_same_bytes(ours->result(), alone->result());
  return {timed(setting, runs_of(ours), 1e6), timed(setting, runs_of(alone), 1e6)};
}

Contest branches_64(const Setting& setting) {
  const std::int64_t n = setting.size(64, 16);
  const auto ours = std::make_shared<Branches>(n, setting.threads);
  const auto by_hand = std::make_shared<BranchesByHand>(n, onednn_threads(setting));
  ours->run(1);
  by_hand->run(1);
  expect_close(ours->result(), by_hand->result(), 1e-5);
  return {timed(setting, runs_of(ours), 1e6), timed(setting, runs_of(by_hand), 1e6)};
}

}  // namespace deft::benchmark
