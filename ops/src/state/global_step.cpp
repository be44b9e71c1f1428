#include <mutex>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/state.hpp>

namespace deft {
namespace {

constexpr std::string_view step_name = "step";
constexpr std::string_view advance_name = "step/advance";

/// The node `name` of the graph, which `make` adds if there is none. One thread at a time, so that
/// none adds a second one, which would be saved and restored with the others.
template <class Make>
Output get_or_create(const Graph& graph, std::string_view name, const Make& make) {
  static std::mutex creation;
  const std::lock_guard lock(creation);
  if (!graph.contains(name)) {
    const NameScope root(graph, "/");
    make();
  }
  return graph.find(name);
}

}  // namespace

Output global_step(const Graph& graph, SourceLocation where) {
  Output step = get_or_create(graph, step_name, [&] {
    variable(graph, Tensor::scalar<std::int64_t>(0),
             {.trainable = false, .name = step_name, .where = where});
  });
  if (!is_variable(step) || step.spec() != TensorSpec{DType::i64, {}})
    throw GraphError({.message = "the node 'step' is no counter but " +
                                 std::string(step.node().op->name) + " " + to_string(step),
                      .cure = "give it another name: the global step is the variable 'step', i64[]",
                      .where = where});
  return step;
}

Output advance_global_step(const Graph& graph, SourceLocation where) {
  const Output step = global_step(graph, where);
  return get_or_create(graph, advance_name, [&] {
    assign_add(step, constant(graph, Tensor::scalar<std::int64_t>(1), {.where = where}),
               {.name = advance_name, .where = where});
  });
}

}  // namespace deft
