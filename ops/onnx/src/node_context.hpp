#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

#include "channels_last.hpp"
#include "partial_integers.hpp"
#include "proto.hpp"
#include "transposed_weights.hpp"

namespace deft::onnx {

/// Why a node cannot be imported. The importer catches it, goes on with the other nodes, and lists
/// all reasons.
struct Unsupported {
  std::string reason;
};

class Importer;
class Scope;

/// What the import of a node sees: the node, and the outputs of the graph that its inputs are.
/// Nodes that it adds are named after the node, and carry the line of the caller of import_onnx.
class NodeContext {
 public:
  NodeContext(Importer& importer, const Scope& scope, const NodeProto& node, std::int64_t version);

  const Graph& graph() const;

  /// The version of the operations of the node's domain.
  std::int64_t version() const { return version_; }

  /// Which tensors [n, channels, spatial...] were made with the channels last.
  ChannelsLast& channels_last() const;

  TransposedWeights& transposed_weights() const;

  /// The same node with other inputs.
  NodeContext with_inputs(std::vector<Output> inputs) const;

  // Inputs. One that is left out is as none.
  std::size_t num_inputs() const { return inputs_.size(); }
  bool has_input(std::size_t i) const { return i < inputs_.size() && !inputs_[i].is_empty(); }
  /// Throws Unsupported if there is none.
  Output input(std::size_t i) const;
  /// All of them, empty where one is left out.
  const std::vector<Output>& given_inputs() const { return inputs_; }
  /// All of them; throws Unsupported if one is left out, or there is none.
  std::vector<Output> inputs() const;

  /// The value of input i, if it is known: it depends on constants and known shapes alone.
  std::optional<Tensor> known_input(std::size_t i) const;
  /// The same; throws Unsupported if it is not known. `what` is its name in ONNX.
  Tensor constant_input(std::size_t i, std::string_view what) const;
  /// The same; throws Unsupported too if it has not exactly one element.
  Tensor single_input(std::size_t i, std::string_view what) const;
  /// The same of integers of any type and number of dimensions.
  std::vector<std::int64_t> integers_input(std::size_t i, std::string_view what) const;
  /// The integers of an input that says a shape, where elements that are dimensions not known yet
  /// are Shape::unknown. Throws Unsupported if other elements are not known.
  std::vector<std::int64_t> shape_input(std::size_t i, std::string_view what) const;
  /// The same, with what is known of each element.
  std::vector<PartialInteger> partial_input(std::size_t i, std::string_view what) const;

  /// The value of an output of the graph, if it is known.
  std::optional<Tensor> known(const Output& x) const;

  /// The value of this name that the node sees; throws Unsupported if there is none.
  Output named(const std::string& name) const;

  // Outputs.
  std::size_t num_outputs() const { return node_.outputs.size(); }
  bool wants_output(std::size_t i) const {
    return i < node_.outputs.size() && !node_.outputs[i].empty();
  }

  // Attributes. Throw Unsupported if the attribute has another type; without a fallback, also if
  // there is none.
  const std::vector<NamedAttribute>& attributes() const { return attributes_; }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::int64_t integer(std::string_view name, std::optional<std::int64_t> fallback = {}) const;
  bool flag(std::string_view name, bool fallback) const { return integer(name, fallback) != 0; }
  double number(std::string_view name, std::optional<double> fallback = {}) const;
  std::string text(std::string_view name, std::optional<std::string> fallback = {}) const;
  std::vector<std::int64_t> integers(std::string_view name,
                                     std::optional<std::vector<std::int64_t>> fallback = {}) const;
  std::vector<double> numbers(std::string_view name,
                              std::optional<std::vector<double>> fallback = {}) const;
  std::vector<std::string> texts(std::string_view name) const;
  Tensor tensor(std::string_view name) const;
  const GraphProto& graph_attribute(std::string_view name) const;

  /// An axis of a tensor of `rank` dimensions, from 0 on; throws Unsupported if it is none.
  std::int64_t checked_axis(std::int64_t axis, std::size_t rank) const;

  /// Imports a graph within this node, whose inputs are `inputs`, in order; gives its outputs.
  std::vector<Output> import_body(const GraphProto& body, const std::vector<Output>& inputs) const;

  [[noreturn]] void refuse(std::string reason) const { throw Unsupported{std::move(reason)}; }

 private:
  const AttributeProto* find(std::string_view name) const;
  const AttributeProto* find(std::string_view name, AttributeProto::Type type, bool needed) const;

  Importer& importer_;
  const Scope& scope_;
  const NodeProto& node_;
  std::int64_t version_;
  std::vector<Output> inputs_;
  std::vector<NamedAttribute> attributes_;  // without references to parameters of a function
};

}  // namespace deft::onnx
