#include <map>

#include "export/families.hpp"

// Products and reductions.
namespace deft::tensorflow {
namespace {

void write_matmul(const NodeWriter& node) {
  const bool transpose_a = node.get<bool>("transpose_a");
  const bool transpose_b = node.get<bool>("transpose_b");
  const std::size_t rank_a = node.shape(0).rank();
  const std::size_t rank_b = node.shape(1).rank();
  if (rank_a < 2 || rank_b < 2) node.refuse("a product with a vector; make it a matrix");
  const DType dtype = node.dtype();
  if (rank_a == 2 && rank_b == 2)
    node.result("MatMul", node.inputs(),
                {{"T", dtype}, {"transpose_a", transpose_a}, {"transpose_b", transpose_b}});
  else
    node.result("BatchMatMulV2", node.inputs(),
                {{"T", dtype}, {"adj_x", transpose_a}, {"adj_y", transpose_b}});
}

void write_reduction(const NodeWriter& node) {
  static const std::map<std::string_view, std::string_view> names{{"reduce_sum", "Sum"},
                                                                  {"reduce_mean", "Mean"},
                                                                  {"reduce_prod", "Prod"},
                                                                  {"reduce_max", "Max"},
                                                                  {"reduce_min", "Min"}};
  std::vector<std::int64_t> axes = node.integers("axes");
  if (node.node().attributes->find("axes") == nullptr)
    for (std::size_t i = 0; i < node.shape(0).rank(); ++i)
      axes.push_back(static_cast<std::int64_t>(i));
  node.result(
      names.at(node.node().op->name), {node.input(0), node.integers("axes", axes)},
      {{"T", node.dtype()}, {"Tidx", DType::i64}, {"keep_dims", node.get<bool>("keep_dims")}});
}

void write_arg_extreme(const NodeWriter& node) {
  const std::string axis = node.integer("axis", node.get<std::int64_t>("axis"));
  const std::string op = node.node().op->name == "argmax" ? "ArgMax" : "ArgMin";
  const ExportAttributes attributes{
      {"T", node.dtype()}, {"Tidx", DType::i64}, {"output_type", DType::i64}};
  if (!node.get<bool>("keep_dims")) return node.result(op, {node.input(0), axis}, attributes);
  const std::string position = node.helper("position", op, {node.input(0), axis}, attributes);
  node.result("ExpandDims", {position, axis}, {{"T", DType::i64}, {"Tdim", DType::i64}});
}

void write_cumsum(const NodeWriter& node) {
  node.result("Cumsum", {node.input(0), node.integer("axis", node.get<std::int64_t>("axis"))},
              {{"T", node.dtype()},
               {"Tidx", DType::i64},
               {"exclusive", node.get<bool>("exclusive")},
               {"reverse", node.get<bool>("reverse")}});
}

/// Sums over the dimensions along which `like` would be broadcast to x.
void write_sum_like(const NodeWriter& node) {
  const auto shape_of = [&](std::size_t i) {
    return node.helper("shape", "Shape", {node.input(i)},
                       {{"T", node.dtype(i)}, {"out_type", DType::i64}});
  };
  const std::string to = shape_of(1);
  const std::string axes =
      node.helper("axes", "BroadcastGradientArgs", {to, shape_of(0)}, {{"T", DType::i64}});
  const std::string sum =
      node.helper("sum", "Sum", {node.input(0), axes},
                  {{"T", node.dtype()}, {"Tidx", DType::i64}, {"keep_dims", false}});
  node.result("Reshape", {sum, to}, {{"T", node.dtype()}, {"Tshape", DType::i64}});
}

constexpr OpExport handlers[] = {
    {"argmax", write_arg_extreme},   {"argmin", write_arg_extreme},
    {"cumsum", write_cumsum},        {"matmul", write_matmul},
    {"reduce_max", write_reduction}, {"reduce_mean", write_reduction},
    {"reduce_min", write_reduction}, {"reduce_prod", write_reduction},
    {"reduce_sum", write_reduction}, {"sum_like", write_sum_like},
};

}  // namespace

constinit const OpExports product_exports = handlers;

}  // namespace deft::tensorflow
