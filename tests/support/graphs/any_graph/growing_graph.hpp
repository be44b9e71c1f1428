#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

#include "support/graphs/any_graph/draws.hpp"
#include "support/graphs/any_graph/shapes.hpp"
#include "support/graphs/any_graph/tensors.hpp"

namespace deft {

/// A graph to which operations are added at random, with all that one needs to know to choose
/// operands for the next.
class GrowingGraph {
 public:
  /// Kinds of graphs.
  struct Traits {
    std::int64_t most_elements = 0;  // of a value
    bool empty = false;              // some dimensions are 0
    bool special = false;            // NaN, infinities and extremes among the values
    bool fails = false;              // operations may meet a value for which they are not defined
  };

  explicit GrowingGraph(std::uint64_t seed) : draws(seed), traits(any_traits(draws)) {
    const std::size_t rank = draws.below(draws.one_in(4) ? Shape::max_rank + 1 : 5);
    base_ = draws.shape(rank, traits.most_elements, traits.empty);
  }

  Draws draws;
  const Traits traits;
  Graph graph;

  /// Dtype and shape in a run.
  TensorSpec spec(const Output& x) {
    take_in();
    return known_[x.node_id()].specs.at(x.index());
  }
  Shape shape(const Output& x) { return spec(x).shape; }

  /// One of the values made so far that fit, rather a late one; an empty Output if none does.
  template <class Fits>
  Output pick(Fits fits) {
    take_in();
    std::vector<Output> found;
    for (const Output& value : values_)
      if (fits(spec(value))) found.push_back(value);
    if (found.empty()) return {};
    const std::size_t first = draws.below(found.size());
    const std::size_t second = draws.below(found.size());
    return found[std::max(first, second)];
  }

  Output any() {
    return pick_or_make([](DType) { return true; }, &Draws::any_dtype);
  }
  Output numeric() { return pick_or_make(is_numeric, &Draws::numeric); }
  Output floating() { return pick_or_make(is_floating, &Draws::floating); }

  /// A value of this dtype and shape, made so far or new.
  Output of(const TensorSpec& wanted) {
    const Output found = pick([&](const TensorSpec& spec) { return spec == wanted; });
    return !found.is_empty() && !draws.one_in(4) ? found : source(wanted);
  }

  /// An operand of an elementwise operation with a value of this dtype and shape: anything that
  /// broadcasts, or a number.
  Operand partner(const TensorSpec& with) {
    if (with.dtype != DType::boolean && draws.one_in(6)) return number(with.dtype);
    return value_beside(with);
  }

  /// A value that broadcasts with another of this dtype and shape.
  Output value_beside(const TensorSpec& with) {
    if (!draws.one_in(3)) {
      Output found = pick([&](const TensorSpec& other) {
        const auto both = broadcast_of(with.shape, other.shape);
        return other.dtype == with.dtype && both && both->num_elements() <= traits.most_elements;
      });
      if (!found.is_empty()) return found;
    }
    switch (draws.below(5)) {
      case 0:
        return source({with.dtype, wider(draws, with.shape, traits.most_elements)});
      case 1:
        return source(with);
      default:
        return source({with.dtype, narrower(draws, with.shape)});
    }
  }

  /// A new value that no operation has computed.
  Output source(const TensorSpec& spec) {
    switch (draws.below(8)) {
      case 0:
      case 1:
        return constant(graph, tensor(spec));
      case 2:
        return new_placeholder(spec);
      default:
        return new_variable(spec);
    }
  }
  Output source(DType dtype) {
    const Shape shape = draws.one_in(2) ? base_ : narrower(draws, base_);
    return source({dtype, shape});
  }

  Tensor tensor(const TensorSpec& spec) { return any_tensor(draws, spec, traits.special); }

  Output new_variable(const TensorSpec& spec) {
    const Output initial = pick_pure(spec);
    Output x =
        !initial.is_empty() && draws.one_in(2) ? variable(initial) : variable(graph, tensor(spec));
    variables_.push_back(x);
    return x;
  }

  /// Some of whose dimensions are known only in a run.
  Output new_placeholder(const TensorSpec& spec) {
    std::vector<std::int64_t> dims = dims_of(spec.shape);
    for (std::int64_t& dim : dims)
      if (draws.one_in(3)) dim = Shape::unknown;
    Output x = placeholder(graph, spec.dtype, Shape(dims));
    const Tensor first = tensor(spec);
    const Tensor second = tensor(spec);
    feeds_.push_back({{x, first}, {x, second}});
    return x;
  }

  /// Writes a variable by `write(variable)`, after all other writes of it.
  template <class Write>
  Output write(const Output& x, Write write) {
    std::vector<Output> before;
    if (const auto found = latest_write_.find(x.node_id()); found != latest_write_.end())
      before.push_back(found->second);
    const ControlDependencies order(graph, before);
    Output written = write(x);
    latest_write_[x.node_id()] = written;
    return written;
  }

  const std::vector<Output>& variables() const { return variables_; }

  /// All that can be fetched.
  const std::vector<Output>& values() {
    take_in();
    return values_;
  }

  /// The last write of every variable that is written.
  std::vector<Output> writes() const {
    std::vector<Output> all;
    for (const auto& [variable, write] : latest_write_) all.push_back(write);
    return all;
  }

  /// Values of all placeholders, others in every other round.
  Feeds feeds(std::size_t round) const {
    std::vector<Feed> all;
    for (const auto& [first, second] : feeds_) all.push_back(round % 2 == 0 ? first : second);
    return all;
  }

  /// True if `x` depends on constants alone, so that it may be the initial value of a variable.
  bool is_pure(const Output& x) {
    take_in();
    return known_[x.node_id()].pure;
  }

 private:
  struct Known {
    std::vector<TensorSpec> specs;  // of its outputs
    bool pure = false;
  };

  static Traits any_traits(Draws& draws) {
    Traits traits;
    traits.most_elements = draws.of<std::int64_t>({40, 300, 300, 300, 2500, 2500, 2500, 12000});
    traits.empty = draws.one_in(8);
    traits.special = draws.one_in(3);
    traits.fails = draws.one_in(30);
    return traits;
  }

  Output pick_or_make(bool (*fits)(DType), DType (Draws::*dtype)()) {
    Output found;
    if (!draws.one_in(8)) found = pick([&](const TensorSpec& spec) { return fits(spec.dtype); });
    return found.is_empty() ? source((draws.*dtype)()) : found;
  }

  Operand number(DType dtype) {
    if (is_integer(dtype)) return draws.of<std::int64_t>({0, 1, 1, -1, 2, 3});
    return draws.of({0.0, -0.0, 1.0, 1.0, -1.0, 0.5, 2.0, 3.25});
  }

  Output pick_pure(const TensorSpec& wanted) {
    take_in();
    for (const Output& value : values_)
      if (known_[value.node_id()].pure && spec(value) == wanted && value.shape().is_fully_defined())
        return value;
    return {};
  }

  /// Learns of the nodes that are new.
  void take_in() {
    const auto end = static_cast<NodeId>(graph.num_nodes());
    for (auto id = static_cast<NodeId>(known_.size()); id < end; ++id) {
      const Node& node = graph.node(id);
      known_.push_back(known(node, id));
      if (node.op->name == std::string_view("initialize")) continue;
      for (std::uint32_t i = 0; i < node.outputs.size(); ++i)
        values_.push_back(graph.output({id, i}));
    }
  }

  Known known(const Node& node, NodeId id) const {
    Known result;
    result.pure = node.op->effect == Effect::none && node.control_inputs.empty();
    std::vector<TensorSpec> specs;
    for (const Endpoint input : node.inputs) {
      specs.push_back(known_[input.node].specs.at(input.index));
      result.pure = result.pure && known_[input.node].pure;
    }
    if (node.op->effect == Effect::fed)
      result.specs = {fed_spec(id)};
    else if (std::ranges::all_of(node.outputs,
                                 [](const auto& o) { return o.shape.is_fully_defined(); }))
      result.specs.assign(node.outputs.begin(), node.outputs.end());
    else
      result.specs = node.op->infer({specs, *node.attributes});
    return result;
  }

  TensorSpec fed_spec(NodeId id) const {
    const auto fed = std::find_if(feeds_.begin(), feeds_.end(), [&](const auto& feeds) {
      return feeds.first.placeholder.node_id() == id;
    });
    return fed->first.value.spec();
  }

  Shape base_;  // to which many values can be broadcast
  std::vector<Known> known_;
  std::vector<Output> values_;
  std::vector<Output> variables_;
  std::map<NodeId, Output> latest_write_;  // by variable
  std::vector<std::pair<Feed, Feed>> feeds_;
};

/// One way to let a graph grow.
struct GrowthRow {
  std::string_view name;  // of the operation that it adds, or of the pattern
  Output (*add)(GrowingGraph& g);
};

}  // namespace deft
