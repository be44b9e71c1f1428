/// deft's own side of the table of peers: planning included, a session for every training.

#include "data/descent.hpp"
#include "data/line_data.hpp"
#include "peers/article.hpp"

namespace deft::benchmark {
namespace {

std::array<float, 2> train(const LineData<float>& data, const Optimizations& optimizations) {
  const Graph graph;
  const Output X = constant(graph, data.X());
  const Output d = constant(graph, data.d());
  const Descent descent = gradient_descent(X, d, double{rate});
  Session session(graph, {.threads = peer_threads(), .optimizations = optimizations});
  session.run(global_variables_initializer(graph));
  session.run(descent.train, {.steps = epochs});
  const Tensor w = session.eval(descent.w);
  return {w.data<float>()[0], w.data<float>()[1]};
}

}  // namespace
}  // namespace deft::benchmark

int main() {
  using namespace deft;
  const benchmark::LineData<float> data(10'000);
  benchmark::report("deft", [&] { return benchmark::train(data, {}); });
  benchmark::report("deft without generated code",
                    [&] { return benchmark::train(data, {.generate_code = false}); });
}
