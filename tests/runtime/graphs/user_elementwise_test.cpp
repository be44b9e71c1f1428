// A user's elementwise operations beside known numbers: their kernels are made for shapes that
// their rules have accepted.

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/plain_run.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// x, y [n] -> [n], f64. Nothing broadcasts, and there has to be a dimension.
constexpr OpDef hypotenuse{
    .name = "hypotenuse",
    .arity = {2, 2},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      if (context.inputs[0] != context.inputs[1] || context.inputs[0].shape.rank() != 1)
        context.fail(ErrorCode::shape_mismatch, "x and y are no vectors of one length");
      return {context.inputs[0]};
    },
    .kernel =
        [](const KernelContext& context) {
          if (context.inputs[0] != context.inputs[1] || context.inputs[0].shape.rank() != 1)
            throw std::logic_error("the shape rule has been passed by");
          const auto run = [count = context.inputs[0].shape[0]](const KernelArgs& args) {
            for (std::int64_t i = 0; i < count; ++i)
              args.output<double>()[i] =
                  std::hypot(args.input<double>(0)[i], args.input<double>(1)[i]);
          };
          return make_kernel(run, 4.0 * static_cast<double>(context.inputs[0].shape[0]));
        },
    .form = [](const KernelContext&) -> Form { return MapForm{}; },
};

TEST_CASE("a user's elementwise operation that does not broadcast gets what it has accepted") {
  for (const std::int64_t n : {1, 2, 1000}) {
    CAPTURE(n);
    const Graph graph;
    const Output x = variable(graph, sample<double>({n}, 2));
    const Output three = fill(graph, DType::f64, {n}, 3);
    const Output four = fill(graph, DType::f64, {n}, 2) * 2;
    const std::vector<Output> fetches{
        add_node(hypotenuse, {x, three}, {}, {}), add_node(hypotenuse, {four, exp(x)}, {}, {}),
        add_node(hypotenuse, {three, four}, {}, {}),
        1 + add_node(hypotenuse, {add_node(hypotenuse, {three, four}, {}, {}), x}, {}, {})};
    const auto values = [&](const SessionOptions& options) {
      Session session(graph, options);
      session.run(global_variables_initializer(graph));
      return values_of(session, fetches);
    };
    check_same_bytes(fetches, values({.threads = 1}), values(plainly()));
    check_same_bytes(fetches, values({.threads = 1, .numerics = Numerics::reassociate}),
                     values(plainly()));
  }
}

}  // namespace
}  // namespace deft
