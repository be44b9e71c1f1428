#include <deft/core/op_def.hpp>

#include "export/families.hpp"

// Values that depend on no others.
namespace deft::tensorflow {
namespace {

void write_constant(const NodeWriter& node) {
  node.result("Const", {}, {{"dtype", node.output().dtype}, {"value", node.get<Tensor>("value")}});
}

void write_placeholder(const NodeWriter& node) {
  node.result("Placeholder", {}, {{"dtype", node.output().dtype}, {"shape", node.output().shape}});
}

void write_filled(const NodeWriter& node, const Tensor& value) {
  const std::vector<std::int64_t> dims(node.output().shape.dims().begin(),
                                       node.output().shape.dims().end());
  node.result("Fill", {node.integers("shape", dims), node.constant("element", value)},
              {{"T", node.output().dtype}, {"index_type", DType::i64}});
}

void write_zeros(const NodeWriter& node) {
  write_filled(node, Tensor::zeros(node.output().dtype, {}));
}

void write_ones(const NodeWriter& node) {
  write_filled(node, Tensor::scalar<std::int64_t>(1).to(node.output().dtype));
}

void write_fill(const NodeWriter& node) { write_filled(node, node.scalar("value")); }

void write_range(const NodeWriter& node) {
  node.result(
      "Range",
      {node.constant("start", node.scalar("start")), node.constant("stop", node.scalar("stop")),
       node.constant("step", node.scalar("step"))},
      {{"Tidx", node.output().dtype}});
}

void write_no_op(const NodeWriter& node) { node.result("NoOp", {}, {}); }

constexpr OpExport handlers[] = {
    {"constant", write_constant}, {"fill", write_fill},   {"no_op", write_no_op},
    {"ones", write_ones},         {"range", write_range}, {"placeholder", write_placeholder},
    {"zeros", write_zeros},
};

}  // namespace

constinit const OpExports source_exports = handlers;

}  // namespace deft::tensorflow
