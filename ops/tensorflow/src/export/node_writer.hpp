#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <deft/core/files/wire.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

#include "graph_def/graph_def.hpp"

namespace deft::tensorflow {

/// Why a node cannot be exported.
struct Inexpressible {
  std::string reason;
};

using ExportValue = std::variant<bool, std::int64_t, float, std::string, DType, Shape,
                                 std::vector<std::int64_t>, Tensor>;
using ExportAttributes = std::vector<std::pair<std::string, ExportValue>>;

/// Appends nodes to a GraphDef, and gives them names that differ.
class GraphWriter {
 public:
  /// Keeps a name for a node of deft's, as TensorFlow allows it; returns that.
  std::string reserve(const std::string& name);

  /// A name that no other node has, which is `wanted` if it can be.
  std::string unique(const std::string& wanted);

  void add(const std::string& name, std::string_view op, const std::vector<std::string>& inputs,
           const ExportAttributes& attributes);

  /// The GraphDef.
  std::string finish() &&;

 private:
  WireWriter out_;
  std::set<std::string, std::less<>> names_;
};

/// One node of deft's that is written: as one node of TensorFlow's or several.
class NodeWriter {
 public:
  NodeWriter(GraphWriter& out, const Graph& graph, const Node& node, std::string name,
             std::vector<std::string> inputs, std::vector<std::string> controls)
      : out_(out),
        graph_(graph),
        node_(node),
        name_(std::move(name)),
        inputs_(std::move(inputs)),
        controls_(std::move(controls)) {}

  const Node& node() const { return node_; }
  const std::string& name() const { return name_; }
  std::size_t num_inputs() const { return inputs_.size(); }
  const std::string& input(std::size_t i) const { return inputs_[i]; }  // a tensor of TensorFlow's
  const std::vector<std::string>& inputs() const { return inputs_; }
  const TensorSpec& spec(std::size_t i) const;  // of an input
  const Shape& shape(std::size_t i) const { return spec(i).shape; }
  DType dtype(std::size_t i = 0) const { return spec(i).dtype; }
  const TensorSpec& output(std::size_t i = 0) const { return node_.outputs[i]; }

  template <class T>
  const T& get(std::string_view attribute) const {
    return node_.attributes->get<T>(attribute);
  }

  /// An attribute that may be missing; then an empty list.
  std::vector<std::int64_t> integers(std::string_view attribute) const;

  /// An attribute that is a number, as a scalar of the dtype of the result.
  Tensor scalar(std::string_view attribute) const;

  /// A number that TensorFlow has in 32 bits. Refuses one that does not fit.
  std::int32_t narrow(std::int64_t value) const;

  /// A node under the name of this one; its output 0.
  std::string helper(std::string_view suffix, std::string_view op,
                     const std::vector<std::string>& inputs,
                     const ExportAttributes& attributes) const;

  /// A constant under the name of this one.
  std::string constant(std::string_view suffix, const Tensor& value) const;
  std::string integer(std::string_view suffix, std::int64_t value) const;
  std::string integers(std::string_view suffix, const std::vector<std::int64_t>& values) const;

  /// The node that is the result: it has the name.
  void result(std::string_view op, const std::vector<std::string>& inputs,
              const ExportAttributes& attributes) const;

  [[noreturn]] void refuse(const std::string& reason) const { throw Inexpressible{reason}; }

 private:
  std::vector<std::string> with_controls(const std::vector<std::string>& inputs) const;

  GraphWriter& out_;
  const Graph& graph_;
  const Node& node_;
  std::string name_;
  std::vector<std::string> inputs_;
  std::vector<std::string> controls_;
};

using ExportHandler = void (*)(const NodeWriter& node);

/// What writes an op of deft's, or nullptr.
ExportHandler find_export_handler(std::string_view op);

}  // namespace deft::tensorflow
