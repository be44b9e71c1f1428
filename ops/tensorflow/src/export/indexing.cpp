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
  const auto scalar = [&](const char* attribute) {
    const AttributeValue* const value = node.node().attributes->find(attribute);
    const auto* const number = value == nullptr ? nullptr : std::get_if<double>(value);
    const Tensor wide = number != nullptr ? Tensor::scalar(*number)
                                          : Tensor::scalar(node.get<std::int64_t>(attribute));
    return node.constant(attribute, wide.to(node.output().dtype));
  };
  const auto depth = static_cast<std::int32_t>(node.get<std::int64_t>("depth"));
  node.result(
      "OneHot",
      {node.input(0), node.constant("depth", Tensor::scalar(depth)), scalar("on"), scalar("off")},
      {{"T", node.output().dtype},
       {"TI", node.dtype(0)},
       {"axis", node.get<std::int64_t>("axis")}});
}

constexpr OpExport handlers[] = {
    {"gather", write_gather},
    {"one_hot", write_one_hot},
    {"take_along_axis", write_take_along_axis},
};

}  // namespace

constinit const OpExports indexing_exports = handlers;

}  // namespace deft::tensorflow
