/// One large matrix product: what deft adds to, or takes from, the library that computes it.

#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/onednn.hpp"

namespace deft::benchmark {
Contest big_matmul(const Setting& setting) {
  const std::int64_t n = setting.size(1024, 32);
  const Tensor a = random_tensor({n, n}, 1);
  const Tensor b = random_tensor({n, n}, 2);

  Graph graph;
  const Output c = variable(zeros(graph, DType::f32, {n, n}), {.name = "c"});
  const Output step = group({assign(c, matmul(variable(graph, a), variable(graph, b)))});
  Session session(graph, {.threads = setting.threads});
  session.run(global_variables_initializer(graph));
  const auto ours = [=](std::int64_t steps) mutable { session.run(step, {.steps = steps}); };

  const std::shared_ptr<ProductByHand> by_hand(
      new ProductByHand{.a = a, .b = b, .threads = onednn_threads(setting)});

  session.run(step);
  by_hand->run(1);
  expect_close(session.eval(c), by_hand->c, 1e-5);
  return {timed(setting, ours, 1e3), timed(setting, runs_of(by_hand), 1e3)};
}

}  // namespace deft::benchmark
