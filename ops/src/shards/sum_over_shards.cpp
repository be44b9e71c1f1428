#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <variant>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/core/topology.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/shards.hpp>

#include "shards/stacked_ops.hpp"

namespace deft {
namespace builtin {

extern const OpDef shard;
extern const std::span<const OpDef* const> distribution_ops;

}  // namespace builtin

namespace {

[[noreturn]] void refuse(const Node& node, const std::string& message, const std::string& cure) {
  throw GraphError({.code = ErrorCode::invalid_argument,
                    .message = message,
                    .cure = cure,
                    .op = "sum_over_shards",
                    .node = node.name(),
                    .where = node.where});
}

/// What nodes that are computed of one shard become for all shards: stacked, [count, s]. Rules for
/// a form give one operation for all shards, with the bits of one for each; the rest is each_shard.
class Stacking {
 public:
  Stacking(const Graph& graph, const Shards& shards)
      : graph_(graph), shards_(shards), count_(shards.own()), of_shard_(graph_.num_nodes()) {}

  void add(const std::vector<Output>& ys) {
    std::vector<NodeId> roots;
    roots.reserve(ys.size());
    for (const Output& y : ys) roots.push_back(y.node_id());
    for (const NodeId id : execution_order(graph_, roots)) add(id, graph_.node(id));
  }

  /// The output of all shards; empty if all shards have the same.
  Output operator()(Endpoint output) const {
    const auto found = made_.find(output.node);
    return found == made_.end() ? Output() : found->second.at(output.index);
  }

 private:
  /// The operands of a node, stacked or the same for all shards.
  struct Operands {
    std::vector<Output> inputs;
    std::vector<std::int64_t> stacked;  // their indices
    bool any_value = false;             // one of which the elements matter is stacked
    std::size_t first_value = 0;        // Form's input 0

    bool is_stacked(std::size_t input) const {
      return std::ranges::find(stacked, static_cast<std::int64_t>(input)) != stacked.end();
    }
  };

  void add(NodeId id, const Node& node) {
    if (node.op == &builtin::shard) return cut(id, node);
    if (std::ranges::none_of(node.inputs, [&](Endpoint input) { return of_shard_[input.node]; }))
      return;
    of_shard_[id] = true;
    const Operands operands = operands_of(node);
    if (!operands.any_value && !is_draw(node)) return require_shapes_alone(node);
    if (node.op->effect != Effect::none)
      refuse(node, "it acts on the world, and not for each shard", "leave it out of what is cut");
    const ForwardLocation location(graph_, node.where);
    std::vector<Output> waited_for;
    for (const NodeId control : node.control_inputs) {
      const Output now = (*this)({control, 0});
      waited_for.push_back(now.is_empty() ? graph_.output({control, 0}) : now);
    }
    const ControlDependencies after(graph_, waited_for);
    made_[id] = is_draw(node) ? draws(node, operands) : of_all(node, operands);
  }

  static bool is_draw(const Node& node) {
    return std::ranges::find(builtin::distribution_ops, node.op) != builtin::distribution_ops.end();
  }

  /// Draws of shards are those of different steps. No process has numbers that are all 0, whose
  /// addition its plan would leave out.
  std::vector<Output> draws(const Node& node, Operands operands) const {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(count_));
    std::iota(numbers.begin(), numbers.end(), shards_.part.index * count_ + 1);
    const Output steps = reshape(operands.inputs[0] * shards_.count, {1});
    operands.inputs[0] = steps + Tensor::from(numbers);
    operands.stacked.insert(operands.stacked.begin(), 0);
    return each_shard(node, operands.inputs, operands.stacked, count_).all();
  }

  void cut(NodeId id, const Node& node) {
    of_shard_[id] = true;
    const auto count = node.attributes->get<std::int64_t>("count");
    if (count != count_)
      refuse(node,
             "the batch is cut into " + std::to_string(count) + " shards, of which " +
                 std::to_string(count_) + " are added",
             "give both calls the same number");
    made_[id] = {reshape(graph_.output(node.inputs[0]), shape_of_all(node, 0))};
  }

  Operands operands_of(const Node& node) const {
    Operands operands;
    while (operands.first_value < node.inputs.size() && !node.op->needs_value(operands.first_value))
      ++operands.first_value;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Output now = (*this)(node.inputs[i]);
      operands.inputs.push_back(now.is_empty() ? graph_.output(node.inputs[i]) : now);
      if (now.is_empty()) continue;
      operands.stacked.push_back(static_cast<std::int64_t>(i));
      operands.any_value = operands.any_value || node.op->needs_value(i);
    }
    return operands;
  }

  /// A node that has only the shape of a shard is the same for all.
  void require_shapes_alone(const Node& node) const {
    const bool is_known = !std::holds_alternative<std::monostate>(form_of(node));
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (node.op->needs_value(i) && !is_known)
        refuse(node, "it would be the same for all shards", "make it of the elements of the batch");
  }

  Form form_of(const Node& node) const {
    if (node.op->form == nullptr) return {};
    std::vector<TensorSpec> inputs;
    inputs.reserve(node.inputs.size());
    for (const Endpoint input : node.inputs) inputs.push_back(graph_.output(input).spec());
    return node.op->form({inputs, node.outputs, *node.attributes});
  }

  Shape shape_of_all(const Node& node, std::size_t output) const {
    return stacked(node.outputs[output].shape, count_);
  }

  std::vector<Output> of_all(const Node& node, const Operands& operands) const {
    const Output made =
        std::visit([&](const auto& form) { return by_form(form, node, operands); }, form_of(node));
    if (!made.is_empty()) return {made};
    if (find_builtin(node.op->name) != node.op)
      refuse(node, "'" + std::string(node.op->name) + "' is not known to deft",
             "give it a form, if it is elementwise, a sum or a product");
    return each_shard(node, operands.inputs, operands.stacked, count_).all();
  }

  /// Operand `i` with dimensions of 1 behind that of the shards, so that it broadcasts to `rank`
  /// dimensions as each shard of it does.
  Output aligned(const Operands& operands, std::size_t i, std::size_t rank) const {
    const Output& x = operands.inputs[i];
    const std::size_t of_shard = x.shape().rank() - 1;
    if (!operands.is_stacked(i) || of_shard >= rank) return x;
    const auto dims = x.shape().dims();
    std::vector<std::int64_t> padded{count_};
    padded.insert(padded.end(), rank - of_shard, 1);
    padded.insert(padded.end(), dims.begin() + 1, dims.end());
    return reshape(x, Shape(padded));
  }

  Output by_form(std::monostate, const Node&, const Operands&) const { return {}; }

  Output by_form(const MapForm& form, const Node& node, const Operands& operands) const {
    if (form.function == nullptr) return {};
    std::vector<Output> inputs;
    for (std::size_t i = 0; i < operands.inputs.size(); ++i)
      inputs.push_back(aligned(operands, i, node.outputs[0].shape.rank()));
    return same(node, inputs);
  }

  Output by_form(const FoldForm&, const Node& node, const Operands& operands) const {
    return operands.stacked.size() == operands.inputs.size() ? same(node, operands.inputs)
                                                             : Output();
  }

  Output by_form(const RenameForm&, const Node& node, const Operands& operands) const {
    return reshape(operands.inputs[operands.first_value], shape_of_all(node, 0));
  }

  Output by_form(const RepeatForm&, const Node& node, const Operands& operands) const {
    if (node.outputs.size() != 1) return {};
    const Output x = aligned(operands, operands.first_value, node.outputs[0].shape.rank());
    return broadcast_to(x, shape_of_all(node, 0));
  }

  Output by_form(const ProductForm& form, const Node&, const Operands& operands) const {
    return matmul(operands.inputs[0], operands.inputs[1],
                  {.transpose_a = form.transpose_a, .transpose_b = form.transpose_b});
  }

  Output by_form(const ReductionForm& form, const Node& node, const Operands& operands) const {
    const Output& x = operands.inputs[operands.first_value];
    std::vector<std::int64_t> axes;
    for (std::size_t axis = 0; axis + 1 < x.shape().rank(); ++axis)
      if (form.axes[axis]) axes.push_back(static_cast<std::int64_t>(axis) + 1);
    const Output reduced = axes.empty() ? x : reduction(form.reduce, x, axes);
    return reshape(reduced, shape_of_all(node, 0));
  }

  static Output reduction(Reduction reduce, const Output& x,
                          const std::vector<std::int64_t>& axes) {
    const ReduceOptions options{.axes = axes};
    switch (reduce) {
      case Reduction::sum:
        return reduce_sum(x, options);
      case Reduction::mean:
        return reduce_mean(x, options);
      case Reduction::max:
        return reduce_max(x, options);
      case Reduction::min:
        return reduce_min(x, options);
      case Reduction::product:
        break;
    }
    return reduce_prod(x, options);
  }

  /// The operation of the node.
  static Output same(const Node& node, const std::vector<Output>& inputs) {
    return add_node(*node.op, inputs, *node.attributes,
                    {.name = node.base_name, .where = node.where});
  }

  Graph graph_;
  const Shards& shards_;
  std::int64_t count_;          // of this process
  std::vector<bool> of_shard_;  // by node: whether it depends on a shard, be it on the shape alone
  std::map<NodeId, std::vector<Output>> made_;  // outputs of nodes that depend on its elements
};

}  // namespace

std::vector<Output> sum_over_shards(const std::vector<Output>& ys, const Shards& shards,
                                    SourceLocation where) {
  if (ys.empty()) return {};
  const Graph graph = ys.front().graph(where);
  const ForwardLocation location(graph, where, ForwardLocation::Outer::kept);
  const NameScope scope(graph, "shards", where);
  Stacking stacking(graph, shards);
  stacking.add(ys);
  std::vector<Output> sums;
  sums.reserve(ys.size());
  for (const Output& y : ys) {
    const Output of_all = stacking(y.endpoint());
    sums.push_back(of_all.is_empty() ? y * shards.own() : sum_of_stacked(of_all));
  }
  return sums;
}

}  // namespace deft
