#include <algorithm>

#include "export/families.hpp"

// Shapes, and elements moved by shape alone.
namespace deft::tensorflow {
namespace {

std::vector<std::int64_t> dims_of(const Shape& shape) {
  return {shape.dims().begin(), shape.dims().end()};
}

std::string shape_of(const NodeWriter& node, std::size_t i) {
  return node.helper("shape", "Shape", {node.input(i)},
                     {{"T", node.dtype(i)}, {"out_type", DType::i64}});
}

/// The shape of the result: a constant if at most one dimension, which is then inferred, is
/// unknown.
void write_reshape(const NodeWriter& node) {
  const std::vector<std::int64_t> dims = dims_of(node.output().shape);
  if (std::ranges::count(dims, Shape::unknown) > 1)
    node.refuse("its shape " + node.output().shape.to_string() + " has several unknown dimensions");
  node.result("Reshape", {node.input(0), node.integers("shape", dims)},
              {{"T", node.dtype()}, {"Tshape", DType::i64}});
}

void write_reshape_like(const NodeWriter& node) {
  if (node.output().shape.is_fully_defined()) return write_reshape(node);
  node.result("Reshape", {node.input(0), shape_of(node, 1)},
              {{"T", node.dtype()}, {"Tshape", DType::i64}});
}

void write_broadcast_to(const NodeWriter& node) {
  if (!node.output().shape.is_fully_defined()) node.refuse("its shape has unknown dimensions");
  node.result("BroadcastTo", {node.input(0), node.integers("shape", dims_of(node.output().shape))},
              {{"T", node.dtype()}, {"Tidx", DType::i64}});
}

void write_broadcast_like(const NodeWriter& node) {
  if (node.output().shape.is_fully_defined()) return write_broadcast_to(node);
  node.result("BroadcastTo", {node.input(0), shape_of(node, 1)},
              {{"T", node.dtype()}, {"Tidx", DType::i64}});
}

void write_expand_dims(const NodeWriter& node) {
  node.result("ExpandDims", {node.input(0), node.integer("axis", node.get<std::int64_t>("axis"))},
              {{"T", node.dtype()}, {"Tdim", DType::i64}});
}

/// TensorFlow takes an empty list of axes for all dimensions of 1.
void write_squeeze(const NodeWriter& node) {
  const std::vector<std::int64_t> axes = node.integers("axes");
  if (axes.empty()) return node.result("Identity", node.inputs(), {{"T", node.dtype()}});
  node.result("Squeeze", node.inputs(), {{"T", node.dtype()}, {"squeeze_dims", axes}});
}

void write_transpose(const NodeWriter& node) {
  const auto rank = static_cast<std::int64_t>(node.shape(0).rank());
  std::vector<std::int64_t> permutation = node.integers("permutation");
  if (node.node().attributes->find("permutation") == nullptr)
    for (std::int64_t i = rank; i > 0; --i) permutation.push_back(i - 1);
  for (std::int64_t& axis : permutation)
    if (axis < 0) axis += rank;
  node.result("Transpose", {node.input(0), node.integers("permutation", permutation)},
              {{"T", node.dtype()}, {"Tperm", DType::i64}});
}

void write_concat(const NodeWriter& node) {
  std::vector<std::string> inputs = node.inputs();
  inputs.push_back(node.integer("axis", node.get<std::int64_t>("axis")));
  node.result("ConcatV2", inputs,
              {{"T", node.dtype()},
               {"Tidx", DType::i64},
               {"N", static_cast<std::int64_t>(node.num_inputs())}});
}

void write_split(const NodeWriter& node) {
  const std::int64_t axis = node.get<std::int64_t>("axis");
  const std::string at = node.constant("axis", Tensor::scalar(static_cast<std::int32_t>(axis)));
  const auto count = static_cast<std::int64_t>(node.node().outputs.size());
  if (node.node().attributes->find("sizes") == nullptr)
    return node.result("Split", {at, node.input(0)}, {{"T", node.dtype()}, {"num_split", count}});
  node.result("SplitV", {node.input(0), node.integers("sizes", node.integers("sizes")), at},
              {{"T", node.dtype()}, {"Tlen", DType::i64}, {"num_split", count}});
}

/// The positions along each dimension of an operand of this rank.
struct Positions {
  Positions(const NodeWriter& node, std::size_t rank)
      : begin(rank, 0), end(rank, 0), step(rank, 1), end_mask((std::int64_t{1} << rank) - 1) {
    const std::vector<std::int64_t> axes = node.integers("axes");
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const std::int64_t counted = axes[i] < 0 ? static_cast<std::int64_t>(rank) : 0;
      const auto axis = static_cast<std::size_t>(axes[i] + counted);
      begin[axis] = node.integers("begin")[i];
      end[axis] = node.integers("end")[i];
      step[axis] = node.integers("step")[i];
      end_mask &= ~(std::int64_t{1} << axis);
    }
  }

  std::vector<std::string> inputs(const NodeWriter& node) const {
    return {node.integers("begin", begin), node.integers("end", end), node.integers("step", step)};
  }
  ExportAttributes attributes(const NodeWriter& node) const {
    return {{"T", node.dtype()}, {"Index", DType::i64}, {"end_mask", end_mask}};
  }

  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
  std::vector<std::int64_t> step;
  std::int64_t end_mask;  // a bit for each dimension that is taken up to its end
};

void write_slice(const NodeWriter& node) {
  const Positions positions(node, node.shape(0).rank());
  std::vector<std::string> inputs = positions.inputs(node);
  inputs.insert(inputs.begin(), node.input(0));
  node.result("StridedSlice", inputs, positions.attributes(node));
}

void write_unslice(const NodeWriter& node) {
  const Positions positions(node, node.shape(1).rank());
  std::vector<std::string> inputs = positions.inputs(node);
  const Shape& shape = node.shape(1);
  inputs.insert(inputs.begin(), shape.is_fully_defined() ? node.integers("shape", dims_of(shape))
                                                         : shape_of(node, 1));
  inputs.push_back(node.input(0));
  node.result("StridedSliceGrad", inputs, positions.attributes(node));
}

void write_pad(const NodeWriter& node) {
  const std::vector<std::int64_t> before = node.integers("before");
  const std::vector<std::int64_t> after = node.integers("after");
  std::vector<std::int64_t> both;
  for (std::size_t i = 0; i < before.size(); ++i) both.insert(both.end(), {before[i], after[i]});
  const auto rank = static_cast<std::int64_t>(before.size());
  const std::string paddings = node.constant("paddings", Tensor::from({rank, 2}, both));
  const auto& mode = node.get<std::string>("mode");
  ExportAttributes attributes{{"T", node.dtype()}, {"Tpaddings", DType::i64}};
  if (mode == "constant") {
    const std::string value = node.constant("value", node.scalar("value"));
    return node.result("PadV2", {node.input(0), paddings, value}, attributes);
  }
  if (mode != "reflect" && mode != "symmetric") node.refuse("its mode is " + mode);
  attributes.emplace_back("mode", std::string(mode == "reflect" ? "REFLECT" : "SYMMETRIC"));
  node.result("MirrorPad", {node.input(0), paddings}, attributes);
}

void write_tile(const NodeWriter& node) {
  node.result("Tile", {node.input(0), node.integers("repetitions", node.integers("repetitions"))},
              {{"T", node.dtype()}, {"Tmultiples", DType::i64}});
}

void write_shape(const NodeWriter& node) {
  node.result("Shape", node.inputs(), {{"T", node.dtype()}, {"out_type", DType::i64}});
}

/// The product of some dimensions.
void write_size(const NodeWriter& node) {
  if (node.node().attributes->find("axes") == nullptr)
    return node.result("Size", node.inputs(), {{"T", node.dtype()}, {"out_type", DType::i64}});
  std::vector<std::int64_t> axes = node.integers("axes");
  for (std::int64_t& axis : axes)
    if (axis < 0) axis += static_cast<std::int64_t>(node.shape(0).rank());
  const std::string some =
      node.helper("dimensions", "GatherV2",
                  {shape_of(node, 0), node.integers("axes", axes), node.integer("axis", 0)},
                  {{"Tparams", DType::i64},
                   {"Tindices", DType::i64},
                   {"Taxis", DType::i64},
                   {"batch_dims", std::int64_t{0}}});
  node.result("Prod", {some, node.integers("all", {0})},
              {{"T", DType::i64}, {"Tidx", DType::i64}, {"keep_dims", false}});
}

constexpr OpExport handlers[] = {
    {"broadcast_like", write_broadcast_like},
    {"broadcast_to", write_broadcast_to},
    {"concat", write_concat},
    {"expand_dims", write_expand_dims},
    {"pad", write_pad},
    {"reshape", write_reshape},
    {"reshape_like", write_reshape_like},
    {"shape", write_shape},
    {"size", write_size},
    {"slice", write_slice},
    {"split", write_split},
    {"squeeze", write_squeeze},
    {"tile", write_tile},
    {"transpose", write_transpose},
    {"unslice", write_unslice},
};

}  // namespace

constinit const OpExports array_exports = handlers;

}  // namespace deft::tensorflow
