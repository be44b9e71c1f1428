#include "export/families.hpp"

namespace deft::tensorflow {
namespace {

void write_gather_along(const NodeWriter& node, std::int64_t axis, std::int64_t batch_dims) {
  node.result("GatherV2", {node.input(0), node.input(1), node.integer("axis", axis)},
              {{"Tparams", node.dtype(0)},
               {"Tindices", node.dtype(1)},
               {"Taxis", DType::i64},
               {"batch_dims", batch_dims}});
}

void write_gather(const NodeWriter& node) {
  write_gather_along(node, node.get<std::int64_t>("axis"), 0);
}

/// Along the last axis: the dimensions before it are a batch.
void write_take_along_axis(const NodeWriter& node) {
  const Shape& x = node.shape(0);
  const Shape& indices = node.shape(1);
  const auto last = static_cast<std::int64_t>(x.rank()) - 1;
  const std::int64_t axis = node.get<std::int64_t>("axis");
  if (axis != last && axis != -1) node.refuse("it takes along another axis than the last");
  for (std::size_t i = 0; i + 1 < x.rank(); ++i)
    if (x[i] != indices[i] && (x[i] == 1 || indices[i] == 1)) node.refuse("its operands broadcast");
  write_gather_along(node, last, last);
}

/// What is out of range fails a run of deft's, and is on nowhere in TensorFlow.
void write_one_hot(const NodeWriter& node) {
  const std::int32_t depth = node.narrow(node.get<std::int64_t>("depth"));
  node.result("OneHot",
              {node.input(0), node.constant("depth", Tensor::scalar(depth)),
               node.constant("on", node.scalar("on")), node.constant("off", node.scalar("off"))},
              {{"T", node.output().dtype},
               {"TI", node.dtype(0)},
               {"axis", node.get<std::int64_t>("axis")}});
}

void write_gather_nd(const NodeWriter& node) {
  const AttributeValue* const batch_dims = node.node().attributes->find("batch_dims");
  if (batch_dims != nullptr && *batch_dims != AttributeValue(std::int64_t{0}))
    node.refuse("its batch_dims are not 0");
  node.result("GatherNd", node.inputs(), {{"Tparams", node.dtype(0)}, {"Tindices", node.dtype(1)}});
}

void write_scatter_nd_add(const NodeWriter& node) {
  node.result("TensorScatterAdd", node.inputs(),
              {{"T", node.dtype(0)}, {"Tindices", node.dtype(1)}});
}

/// Along the first axis an index is the only entry of a tuple.
void write_scatter_add(const NodeWriter& node) {
  if (node.get<std::int64_t>("axis") != 0) node.refuse("it adds along another axis than the first");
  const std::string tuples =
      node.helper("tuples", "ExpandDims", {node.input(1), node.integer("last", -1)},
                  {{"T", node.dtype(1)}, {"Tdim", DType::i64}});
  node.result("TensorScatterAdd", {node.input(0), tuples, node.input(2)},
              {{"T", node.dtype(0)}, {"Tindices", node.dtype(1)}});
}

constexpr OpExport handlers[] = {
    {"gather", write_gather},
    {"gather_nd", write_gather_nd},
    {"one_hot", write_one_hot},
    {"scatter_add", write_scatter_add},
    {"scatter_nd_add", write_scatter_nd_add},
    {"take_along_axis", write_take_along_axis},
};

}  // namespace

constinit const OpExports indexing_exports = handlers;

}  // namespace deft::tensorflow
