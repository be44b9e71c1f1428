#include "two_layers.hpp"

#include "data/data.hpp"

namespace deft::benchmark {

TwoLayers::TwoLayers(std::int64_t rows, std::int64_t inputs, std::int64_t units,
                     std::int32_t classes, float scale)
    : x(random_tensor({rows, inputs}, 1)),
      labels(random_labels(rows, classes, 2)),
      w1(random_tensor({inputs, units}, 3, scale)),
      b1(random_tensor({units}, 4)),
      w2(random_tensor({units, classes}, 5)),
      b2(random_tensor({classes}, 6)) {}

TwoLayersTraining::TwoLayersTraining(const TwoLayers& data, const Rule& rule, int threads)
    : w1_(variable(graph_, data.w1)), session_(graph_, {.threads = threads}) {
  const Output x = variable(graph_, data.x, {.trainable = false});
  const Output hidden = relu(matmul(x, w1_) + variable(graph_, data.b1));
  const Output logits = matmul(hidden, variable(graph_, data.w2)) + variable(graph_, data.b2);
  const Output loss = softmax_cross_entropy(logits, variable(graph_, data.labels));
  step_ = minimize(loss, rule).step;
  session_.run(global_variables_initializer(graph_));
}

}  // namespace deft::benchmark
