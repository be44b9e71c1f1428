#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/ops/builtins.hpp>

#include "caught.hpp"
#include "runtime/graphs/empty_table/array.hpp"
#include "runtime/graphs/empty_table/elementwise.hpp"
#include "runtime/graphs/empty_table/indexing.hpp"
#include "runtime/graphs/empty_table/linalg.hpp"
#include "runtime/graphs/empty_table/nn.hpp"
#include "runtime/graphs/empty_table/reduce.hpp"
#include "runtime/graphs/empty_table/state.hpp"
#include "support/graphs/node_of_op.hpp"

namespace deft {
namespace {

/// What every built-in operation makes of tensors without elements: one row at least.
const std::vector<EmptyRow>& empty_table() {
  static const std::vector<EmptyRow> table = [] {
    std::vector<EmptyRow> all;
    for (const auto& family : {
             empty_array_rows(),
             empty_elementwise_rows(),
             empty_indexing_rows(),
             empty_linalg_rows(),
             empty_nn_rows(),
             empty_reduce_rows(),
             empty_state_rows(),
         })
      all.insert(all.end(), family.begin(), family.end());
    return all;
  }();
  return table;
}

std::string described(const Tensor& tensor) {
  const std::string spec = to_string(tensor.spec());
  return tensor.num_elements() == 0 ? spec : spec + " " + tensor.to_string();
}

/// A row in a graph of its own: of zeros that are known when the plan is made, or of a feed.
struct Built {
  Graph graph;
  Output x;
  Output y;
  Feeds feeds = {};

  Built(const EmptyRow& row, bool fed)
      : x(fed ? placeholder(graph, DType::f32, {Shape::unknown, 3})
              : zeros(graph, DType::f32, {0, 3})),
        y(row.make(x)) {
    if (fed) feeds = {{x, Tensor::zeros(DType::f32, {0, 3})}};
  }

  std::string value_of(const Output& fetch) const {
    Session session(graph);
    session.run(global_variables_initializer(graph));
    return described(session.run(fetch, feeds));
  }
};

/// Calls check(row, built) for every row, built both ways.
template <class Check>
void for_each_row(const Check& check) {
  for (const EmptyRow& row : empty_table())
    for (const bool fed : {false, true}) {
      if (fed && row.known_shapes_only) continue;
      INFO(std::string(row.op), " -> ", std::string(row.result), fed ? ", fed" : ", known");
      check(row, Built(row, fed));
    }
}

TEST_CASE("every operation takes tensors without elements") {
  for_each_row([](const EmptyRow& row, const Built& built) {
    CHECK(built.value_of(built.y) == row.result);
  });
}

TEST_CASE("every row has the operation that it is named after") {
  for (const EmptyRow& row : empty_table()) {
    INFO(std::string(row.op), " -> ", std::string(row.result));
    // Where x is a feed, it is no zeros that the row has not made itself.
    const Built built(row, !row.known_shapes_only);
    CHECK(node_of_op(built.graph, row.op) != nullptr);
  }
}

TEST_CASE("gradients pass through tensors without elements") {
  for_each_row([](const EmptyRow&, const Built& built) {
    const Output& y = built.y;
    if (y.node().op->gradient == nullptr || y.node().outputs.empty() || y.dtype() != DType::f32)
      return;
    CHECK(built.value_of(gradient(reduce_sum(y), built.x)) == "f32[0, 3]");
  });
}

TEST_CASE("every built-in operation has a row") {
  for (const OpDef* op : builtin_ops()) {
    INFO(std::string(op->name));
    CHECK(std::any_of(empty_table().begin(), empty_table().end(),
                      [&](const EmptyRow& row) { return row.op == op->name; }));
  }
}

TEST_CASE("nothing has no extreme") {
  const Graph graph;
  const Output x = zeros(graph, DType::f32, {0, 3});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { reduce_min(x, {.axes = {0}, .name = "least"}); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().node == "least");
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "dimension 0 of [0, 3] is 0, and nothing has no extreme");
}

/// f32[0] -> f32[0]: notes whether a pointer is null.
bool null_seen = false;
constexpr OpDef looks{
    .name = "looks",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) {
            null_seen = null_seen || args.inputs[0] == nullptr || args.outputs[0] == nullptr;
          });
        },
};

TEST_CASE("a kernel gets the address of an empty tensor, also of one that is fetched or fed") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {0});
  const Output w = variable(graph, Tensor(), {.name = "w"});
  const Output c = constant(graph, Tensor());
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  null_seen = false;
  for (const Output& from : {x, w, c})
    session.run(add_node(looks, {from}, {}, {}), {{x, Tensor()}});
  session.run(assign(w, add_node(looks, {w}, {}, {})));
  CHECK_FALSE(null_seen);
}

}  // namespace
}  // namespace deft
