// The worked example of ops/README.md: an operation of a user's own.

#include <doctest/doctest.h>

#include <deft/deft.hpp>

using namespace deft;

namespace {

Output cube(const Output& x, const NodeOptions& options = {});

/// x [s] -> [s], f64
constexpr OpDef cube_op{
    .name = "cube",
    .arity = {1, 1},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      const TensorSpec& x = context.inputs[0];
      if (x.dtype != DType::f64)
        context.fail(ErrorCode::dtype_mismatch,
                     "x is " + std::string(to_string(x.dtype)) + ", but cube is for f64", "cast x");
      return {x};
    },
    // dy [s]: dy * 3 x^2
    .gradient = [](const GradientContext& context) -> std::vector<Output> {
      return {context.grads[0] * 3 * square(context.inputs[0])};
    },
    .kernel =
        [](const KernelContext& context) {
          const std::int64_t count = context.outputs[0].shape.num_elements();
          const auto run = [count](const KernelArgs& args) {
            const auto* x = args.input<double>(0);
            auto* y = args.output<double>();
            for (std::int64_t i = 0; i < count; ++i) y[i] = x[i] * x[i] * x[i];
          };
          return make_kernel(run, 2.0 * static_cast<double>(count));
        },
};

Output cube(const Output& x, const NodeOptions& options) {
  return add_node(cube_op, {x}, {}, options);
}

TEST_CASE("a user's operation runs, differentiates and refuses like a built-in one") {
  const Graph graph;
  const Output x = constant(graph, Tensor::from<double>({3}, {1, 2, -3}));
  const Output y = cube(x, {.name = "c"});
  const Output first = gradients(reduce_sum(y), {x}).at(0);
  const Output second = gradients(reduce_sum(first), {x}).at(0);
  Session session(graph);
  CHECK(session.run(y) == Tensor::from<double>({3}, {1, 8, -27}));
  CHECK(session.run(first) == Tensor::from<double>({3}, {3, 12, 27}));
  CHECK(session.run(second) == Tensor::from<double>({3}, {6, 12, -18}));
  CHECK(y.name() == "c");
  CHECK_THROWS_AS(cube(zeros(graph, DType::f32, {2})), GraphError);
}

}  // namespace
