/// A layer: a matrix product, a bias for each column and an activation. What the two cost behind
/// the product, and what deft adds to the library that computes it.

#include <algorithm>
#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/onednn.hpp"

namespace deft::benchmark {
template <bool generate_code>
Contest bias_relu_product(const Setting& setting) {
  const std::int64_t rows = setting.size(128, 16);
  const std::int64_t terms = setting.size(784, 16);
  const Tensor a = random_tensor({rows, terms}, 1);
  const Tensor b = random_tensor({terms, rows}, 2);
  const Tensor bias = random_tensor({rows}, 3);

  Graph graph;
  const Output y = variable(zeros(graph, DType::f32, {rows, rows}));
  const Output product = matmul(variable(graph, a), variable(graph, b));
  const Output step = group({assign(y, maximum(product + variable(graph, bias), 0))});
  Session session(graph, {.threads = 1, .optimizations = {.generate_code = generate_code}});
  session.run(global_variables_initializer(graph));
  const std::shared_ptr<ProductByHand> by_hand(new ProductByHand{.a = a, .b = b, .threads = 1});

  session.run(step);
  by_hand->run(1);
  Tensor expected = Tensor::zeros(DType::f32, {rows, rows});
  const auto columns = static_cast<std::size_t>(rows);
  for (std::size_t i = 0; i < columns * columns; ++i)
    expected.mutable_data<float>()[i] =
        std::max(by_hand->c.data<float>()[i] + bias.data<float>()[i % columns], 0.0F);
  expect_close(session.eval(y), expected, 1e-5);
  return {timed(
              setting, [=](std::int64_t n) mutable { session.run(step, {.steps = n}); }, 1e6),
          timed(setting, runs_of(by_hand), 1e6)};
}

template Contest bias_relu_product<true>(const Setting&);
template Contest bias_relu_product<false>(const Setting&);

}  // namespace deft::benchmark
