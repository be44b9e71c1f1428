// A session that reassociates computes other bits than the graph is written with, but the same on
// any number of threads.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/any_graph_outcomes.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint64_t graphs = sanitized ? 40 : 400;
constexpr int threads[] = {2, 3, 4, 8};

/// Gradient descent on matrices that last for a run, which is multiplied out; a chain of products
/// in an expensive order; and a product that is the same in all steps.
void add_descent(GrowingGraph& g) {
  const DType dtype = g.draws.floating();
  const std::int64_t rows = g.draws.of<std::int64_t>({20, 100, 300, 1025, 3000});
  const std::int64_t inner = g.draws.of<std::int64_t>({1, 2, 3, 5, 17, 40});
  const std::int64_t columns = g.draws.of<std::int64_t>({1, 1, 2, 3});
  const auto lasting = [&](const Shape& shape) {
    const Tensor tensor = g.tensor({dtype, shape});
    return g.draws.one_in(2) ? constant(g.graph, tensor) : g.new_placeholder(tensor.spec());
  };
  const Output x = lasting({rows, inner});
  const Output d = lasting({rows, columns});
  const Output w = g.new_variable({dtype, {inner, columns}});
  const Output loss = reduce_mean(square(matmul(x, w) - d));
  const double rate = g.draws.of({0.001, 0.01, 1.0});
  const Output slope = gradients(loss, {w}).at(0);
  g.write(w, [&](const Output& v) { return assign(v, w - rate * slope); });
  if (g.draws.one_in(2) && rows <= 300) {
    const Output y = tanh(matmul(x, w));
    const Output of_rows = matmul(y, y, {.transpose_b = true});
    const Output chain = matmul(x, matmul(of_rows, y), {.transpose_a = true});
    const Output small = chain * 1e-9;  // what is made in a write waits for the write before
    g.write(w, [&](const Output& v) { return assign_add(v, small); });
  }
  if (g.draws.one_in(2)) {
    const Output same = matmul(x, x, {.transpose_a = true});
    matmul(exp(-abs(same)), w);
  }
}

/// Every other graph has a descent in it.
AnyGraph graph_of(std::uint64_t seed) {
  return seed % 2 == 0 ? AnyGraph(seed) : AnyGraph(seed, add_descent);
}

SessionOptions options_of(std::uint64_t seed) {
  return {.threads = 1,
          .numerics = seed % 4 < 2 ? Numerics::reassociate : Numerics::reassociate_f64};
}

TEST_CASE("random graphs that are reassociated are the same bytes on any number of threads") {
  std::map<std::string, std::uint64_t> acted;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    const AnyGraph any = graph_of(seed);
    SessionOptions options = options_of(seed);
    const std::vector<Outcome> expected = outcomes_of(any, options);
    for (const int count : threads) {
      CAPTURE(count);
      options.threads = count;
      options.chaos_seed.reset();
      if (seed % 16 == 1) options.chaos_seed = seed;
      const std::string text = difference(outcomes_of(any, options), expected);
      CHECK_MESSAGE(text.empty(), text);
    }
    Session session(any.grown.graph, options);
    for (const std::vector<Output>& fetches : {any.fetches.front(), {any.step}})
      for (const Explanation::Pass& pass : session.explain(fetches, any.grown.feeds(0)).passes)
        if (!pass.did.starts_with("unchanged")) ++acted[pass.name];
  }
  for (const std::string pass : {"multiply out", "order chains", "hoist"})
    CHECK_MESSAGE(acted[pass] >= graphs / 40, pass << " acted on " << acted[pass] << " plans");
}

}  // namespace
}  // namespace deft
