#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/tensor.hpp>

#include "export/unique_names.hpp"
#include "proto.hpp"

namespace deft::onnx {

// The attributes of nodes.
AttributeProto attribute(std::string name, std::int64_t value);
AttributeProto attribute(std::string name, std::string value);
AttributeProto attribute(std::string name, std::vector<std::int64_t> value);

/// The attribute of Cast.
AttributeProto to(DType dtype);

/// The name of a value in a model.
using ValueName = std::string;

/// Adds nodes to the graph of a model or to the body of a function. Where a number or a list is
/// wanted that ONNX takes as an input, that is a constant: an initializer of the graph, a node
/// Constant of the body.
class NodeWriter {
 public:
  enum class Place { graph, function };
  using Attributes = std::vector<AttributeProto>;

  /// `names` are those of values and nodes.
  NodeWriter(Place place, UniqueNames& names) : place_(place), names_(names) {}

  /// What the names of nodes and values begin with that are added from now on.
  void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }

  /// A node with one output, which gets a new name.
  ValueName add(const std::string& op, std::vector<ValueName> inputs, Attributes attributes = {});
  /// A node with outputs of these names.
  void add_to(std::vector<ValueName> outputs, const std::string& op, std::vector<ValueName> inputs,
              Attributes attributes = {}, const std::string& domain = {});
  /// A new name for a value that `op` makes.
  ValueName new_name(const std::string& op) { return names_.made(prefixed(op)); }

  ValueName constant(const Tensor& value, const std::string& what = "constant");
  /// A constant that comes of the value `of`, and is named after that.
  ValueName constant_beside(const ValueName& of, const Tensor& value, const std::string& what);
  /// A constant of this name.
  void constant_to(const ValueName& name, const Tensor& value);
  /// A vector of i64, as shapes, axes and the like are.
  ValueName integers(const std::vector<std::int64_t>& values, const std::string& what);
  /// A number of rank 0.
  ValueName number(double value, DType dtype);
  ValueName integer(std::int64_t value, DType dtype = DType::i64);
  AttributeProto attribute(std::string name, const Tensor& value);

  // What formulas are made of.
  ValueName cast(const ValueName& x, DType dtype);
  /// x where the condition holds, else y, of this dtype. onnxruntime has no Where of bools.
  ValueName select(const ValueName& condition, const ValueName& x, const ValueName& y, DType dtype);
  void select_to(const ValueName& output, const ValueName& condition, const ValueName& x,
                 const ValueName& y, DType dtype);
  /// i64 vector of the dimensions of x.
  ValueName shape(const ValueName& x) { return add("Shape", {x}); }
  /// Dimension `axis` of x, i64 of rank 0.
  ValueName dimension(const ValueName& x, std::int64_t axis);
  /// 0, 1, ... below `count`, i64.
  ValueName count_up(const ValueName& count);
  ValueName unsqueezed(const ValueName& x, const std::vector<std::int64_t>& axes);

  const std::vector<NodeProto>& nodes() const { return nodes_; }
  const std::vector<TensorProto>& initializers() const { return initializers_; }
  /// What the protos refer to.
  const std::vector<Tensor>& tensors() const { return tensors_; }

  /// How much has been written, and back to there.
  struct Mark {
    std::size_t nodes;
    std::size_t initializers;
  };
  Mark mark() const { return {nodes_.size(), initializers_.size()}; }
  void back_to(Mark mark);

 private:
  std::string prefixed(const std::string& op) const;
  TensorProto proto_of(const Tensor& value);

  Place place_;
  UniqueNames& names_;
  std::string prefix_;
  std::vector<NodeProto> nodes_;
  std::vector<TensorProto> initializers_;
  std::vector<Tensor> tensors_;
};

}  // namespace deft::onnx
