#include <deft/deft.hpp>

#include <cstdio>
#include <vector>

int main() {
  using namespace deft;
  const std::int64_t n = 1000;
  std::vector<float> x(2 * n), t(n);
  for (std::int64_t i = 0; i < n; ++i) {
    x[2 * i] = 1.0F;
    x[2 * i + 1] = 2.0F * float(i) / float(n - 1);
    t[i] = 3.0F + 2.0F * x[2 * i + 1];
  }
  Graph graph;
  Output X = constant(graph, Tensor::from<float>({n, 2}, x), {.name = "X"});
  Output d = constant(graph, Tensor::from<float>({n, 1}, t), {.name = "d"});
  Output w = variable(zeros(graph, DType::f32, {2, 1}), {.name = "w"});
  Output e = matmul(X, w) - d;
  Output by_hand = (2.0 / n) * matmul(transpose(X), e);
  Output mse = reduce_mean(square(e));
  Output grad = gradients(mse, {w}).at(0);
  Output train = assign(w, w - 0.1 * grad);

  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(train, {.steps = 2000});
  Tensor w_opt = session.eval(w);
  std::vector<Tensor> both = session.run({by_hand, grad});
  std::printf("%f %f\n", w_opt.data<float>()[0], w_opt.data<float>()[1]);
}
