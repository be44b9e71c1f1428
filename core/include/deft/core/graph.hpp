#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/core/attributes.hpp>
#include <deft/core/log.hpp>
#include <deft/core/op_def.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

using NodeId = std::uint32_t;

/// Output `index` of node `node`, within a known graph.
struct Endpoint {
  NodeId node = 0;
  std::uint32_t index = 0;

  friend bool operator==(Endpoint, Endpoint) = default;
};

/// A node of a graph. Immutable: a reference stays valid, and may be read without a lock, as long
/// as the graph lives.
struct Node {
  const OpDef* op = nullptr;
  std::span<const Endpoint> inputs;
  std::span<const NodeId> control_inputs;  // from ControlDependencies; see
                                           // Graph::added_control_edges
  std::span<const TensorSpec> outputs;
  std::shared_ptr<const Attributes> attributes;
  SourceLocation where;
  std::string_view base_name;
  std::uint32_t name_suffix = 0;  // 0: the name is base_name; k: base_name + "_k"

  std::string name() const;

  /// The name of output `index`: "x" for output 0 of node "x", "x:1" for output 1.
  std::string output_name(std::size_t index) const;
};

/// Optional arguments of every builder. `session.run(matmul(a, b, {.name = "product"}))`. Where an
/// options struct is a variable, write `NodeOptions options{};`: without the braces the line is not
/// known, and errors name none.
struct NodeOptions {
  std::string_view name = {};  // made unique by a suffix; default: the op's name
  SourceLocation where = SourceLocation::outside(__FILE__);
};

class Output;
class Outputs;
struct GraphState;

struct GraphOptions {
  Logger log = {};
};

/// A deferred graph of operations: append-only. A Graph is a handle; copies refer to the same
/// graph, which lives as long as a handle, an Output or a Session refers to it. Nodes may be added
/// from several threads, and while sessions run.
class Graph {
 public:
  Graph();
  explicit Graph(GraphOptions options);
  Graph(const Graph&) = default;  // and no move, which would leave a handle to nothing
  Graph& operator=(const Graph&) = default;

  std::size_t num_nodes() const;

  /// Node `id` < num_nodes(); throws GraphError otherwise.
  const Node& node(NodeId id) const;

  Output output(Endpoint endpoint) const;

  /// Output 0 of the node with exactly this name ("layer/w"), or what an operation without outputs
  /// is run by. Throws GraphError if there is none; it names similar ones. The first call takes
  /// time linear in the nodes, others in what was added since the call before.
  Output find(std::string_view name, SourceLocation where = SourceLocation::current()) const;

  /// Whether there is a node with exactly this name.
  bool contains(std::string_view name) const;

  /// The output as it prints itself: "layer/split:1" is output 1 of the node "layer/split",
  /// "layer/w" output 0. Throws GraphError if there is no such node or output.
  Output find_output(std::string_view name, SourceLocation where = SourceLocation::current()) const;

  /// The whole name that a node named `name` would get, were it the next one that this thread adds:
  /// with the thread's scopes, and a suffix where the name is taken.
  std::string next_name(std::string_view name) const;

  /// Adds a node and returns its outputs. Checks arity, that all inputs belong to this graph, and
  /// the op's shape rule; on any error the graph is unchanged. GraphError with the code
  /// resource_exhausted where the system refuses memory; what a builder allocates itself may end in
  /// std::bad_alloc.
  Outputs add(const OpDef& op, std::span<const Output> inputs, Attributes attributes,
              const NodeOptions& options) const;
  Outputs add(const OpDef& op, std::initializer_list<Output> inputs, Attributes attributes,
              const NodeOptions& options) const;

  /// Makes `after` wait for `before` in every run that needs `after`. Throws GraphError if that
  /// closes a cycle.
  void add_control_dependency(const Output& before, const Output& after,
                              SourceLocation where = SourceLocation::current()) const;

  /// The edges of add_control_dependency, in order of insertion: (before, after).
  std::vector<std::pair<NodeId, NodeId>> added_control_edges() const;
  std::size_t num_added_control_edges() const;

  const Logger& log() const;

  friend bool operator==(const Graph& a, const Graph& b) { return a.state_ == b.state_; }

 private:
  friend class Output;
  friend class NameScope;
  friend class ControlDependencies;
  friend class ForwardLocation;
  explicit Graph(std::shared_ptr<GraphState> state) : state_(std::move(state)) {}

  /// `add`, which tells the line of the node in `where` as soon as that is known.
  Outputs add_node_at(SourceLocation& where, const OpDef& op, std::span<const Output> inputs,
                      Attributes attributes, std::string_view node_name) const;

  std::shared_ptr<GraphState> state_;
};

/// One output of a node: the handle with which programs build graphs, and fetch and feed values. A
/// default-constructed Output is empty; every use of an empty one but is_empty, `==` and printing
/// throws GraphError. An Output is no bool, since what it will be is not known: `if (y < 0)` does
/// not compile, `where(y < 0, ...)` is what is meant.
class Output {
 public:
  Output() = default;

  bool is_empty() const { return state_ == nullptr; }

  Graph graph(SourceLocation where = SourceLocation::current()) const;
  const Node& node(SourceLocation where = SourceLocation::current()) const;
  NodeId node_id() const { return endpoint_.node; }
  std::uint32_t index() const { return endpoint_.index; }
  Endpoint endpoint() const { return endpoint_; }

  // An operation without output has a name, but no dtype and no shape: GraphError.
  DType dtype(SourceLocation where = SourceLocation::current()) const { return spec(where).dtype; }
  const Shape& shape(SourceLocation where = SourceLocation::current()) const {
    return spec(where).shape;
  }
  const TensorSpec& spec(SourceLocation where = SourceLocation::current()) const;

  /// "x" for output 0 of node "x", "x:1" for output 1.
  std::string name(SourceLocation where = SourceLocation::current()) const;

  /// Whether both are the same output of the same node of the same graph. Of the elements, `equal`
  /// asks.
  friend bool operator==(const Output& a, const Output& b) {
    return a.state_ == b.state_ && a.endpoint_ == b.endpoint_;
  }

 private:
  friend class Graph;
  Output(std::shared_ptr<GraphState> state, Endpoint endpoint)
      : state_(std::move(state)), endpoint_(endpoint) {}

  std::shared_ptr<GraphState> state_;
  Endpoint endpoint_;
};

/// "layer/w f32[2, 3]"; of output 1 "layer/split:1 f32[2]"; without an output "train".
std::string to_string(const Output& output);
std::ostream& operator<<(std::ostream& out, const Output& output);

/// All outputs of one node, in order. Where the node has one output, this converts to that Output;
/// where it has none, to a handle that can be run and used in control dependencies. So the builder
/// of an op with one output is `Output y = graph.add(...)`, and that of an op with two
/// `const Outputs made = graph.add(...); return {made[0], made[1]};`.
class Outputs {
 public:
  std::size_t size() const { return size_; }

  /// Output `i` < size(); throws GraphError otherwise.
  Output operator[](std::size_t i) const;

  /// Every output, as an operation that takes them all, and `Session::run`, want them.
  std::vector<Output> all() const;

  /// Throws GraphError if there are several outputs, of which one is to be chosen.
  operator Output() const& { return only(); }
  operator Output() && {
    only();
    return std::move(first_);
  }

 private:
  friend class Graph;
  Outputs(Output first, std::size_t size) : first_(std::move(first)), size_(size) {}

  const Output& only() const;

  Output first_;  // of an op without outputs: the handle
  std::size_t size_;
};

/// What a gradient rule sees: the node, and the gradient of the loss for each of its outputs.
/// grads[i] is empty if nothing depends on output i; at least one is not.
struct GradientContext {
  const Node& node;
  std::span<const Output> inputs;
  std::span<const Output> outputs;
  std::span<const Output> grads;

  const Attributes& attributes() const { return *node.attributes; }
};

/// Adds a node to the graph of its first input: what builders of operations with inputs call.
Outputs add_node(const OpDef& op, std::span<const Output> inputs, Attributes attributes,
                 const NodeOptions& options);
Outputs add_node(const OpDef& op, std::initializer_list<Output> inputs, Attributes attributes,
                 const NodeOptions& options);

}  // namespace deft
