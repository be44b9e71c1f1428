#include <map>

#include "export/families.hpp"

// Functions of single elements. deft's names -> TensorFlow's.
namespace deft::tensorflow {
namespace {

std::string_view op_named(std::string_view op) {
  static const std::map<std::string_view, std::string_view> names{
      {"abs", "Abs"},
      {"acos", "Acos"},
      {"acosh", "Acosh"},
      {"add", "AddV2"},
      {"asin", "Asin"},
      {"asinh", "Asinh"},
      {"atan", "Atan"},
      {"atan2", "Atan2"},
      {"atanh", "Atanh"},
      {"ceil", "Ceil"},
      {"cos", "Cos"},
      {"cosh", "Cosh"},
      {"div", "RealDiv"},
      {"equal", "Equal"},
      {"erf", "Erf"},
      {"erfc", "Erfc"},
      {"exp", "Exp"},
      {"expm1", "Expm1"},
      {"floor", "Floor"},
      {"floor_div", "FloorDiv"},
      {"floor_mod", "FloorMod"},
      {"greater", "Greater"},
      {"greater_equal", "GreaterEqual"},
      {"less", "Less"},
      {"less_equal", "LessEqual"},
      {"log", "Log"},
      {"log1p", "Log1p"},
      {"maximum", "Maximum"},
      {"minimum", "Minimum"},
      {"mul", "Mul"},
      {"neg", "Neg"},
      {"not_equal", "NotEqual"},
      {"ones_like", "OnesLike"},
      {"pow", "Pow"},
      {"round", "Rint"},
      {"rsqrt", "Rsqrt"},
      {"sigmoid", "Sigmoid"},
      {"sign", "Sign"},
      {"sin", "Sin"},
      {"sinh", "Sinh"},
      {"softplus", "Softplus"},
      {"sqrt", "Sqrt"},
      {"square", "Square"},
      {"stop_gradient", "StopGradient"},
      {"sub", "Sub"},
      {"tan", "Tan"},
      {"tanh", "Tanh"},
      {"trunc_mod", "TruncateMod"},
      {"zeros_like", "ZerosLike"},
  };
  return names.at(op);
}

void write_named(const NodeWriter& node) {
  const DType dtype = node.dtype();
  std::string_view op = op_named(node.node().op->name);
  if (op == "RealDiv" && is_integer(dtype)) op = "TruncateDiv";
  if (op == "Rint" && is_integer(dtype)) op = "Round";
  if ((op == "Floor" || op == "Ceil") && is_integer(dtype)) op = "Identity";
  node.result(op, node.inputs(), {{"T", dtype}});
}

void write_identity(const NodeWriter& node) {
  node.result("Identity", node.inputs(), {{"T", node.dtype()}});
}

void write_cast(const NodeWriter& node) {
  node.result("Cast", node.inputs(), {{"SrcT", node.dtype()}, {"DstT", node.output().dtype}});
}

void write_where(const NodeWriter& node) {
  node.result("SelectV2", node.inputs(), {{"T", node.dtype(1)}});
}

void write_add_n(const NodeWriter& node) {
  node.result("AddN", node.inputs(),
              {{"T", node.dtype()}, {"N", static_cast<std::int64_t>(node.num_inputs())}});
}

constexpr OpExport handlers[] = {
    {"abs", write_named},           {"acos", write_named},          {"acosh", write_named},
    {"add", write_named},           {"add_n", write_add_n},         {"asin", write_named},
    {"asinh", write_named},         {"atan", write_named},          {"atan2", write_named},
    {"atanh", write_named},         {"cast", write_cast},           {"ceil", write_named},
    {"cos", write_named},           {"cosh", write_named},          {"div", write_named},
    {"equal", write_named},         {"erf", write_named},           {"erfc", write_named},
    {"exp", write_named},           {"expm1", write_named},         {"floor", write_named},
    {"floor_div", write_named},     {"floor_mod", write_named},     {"greater", write_named},
    {"greater_equal", write_named}, {"identity", write_identity},   {"less", write_named},
    {"less_equal", write_named},    {"log", write_named},           {"log1p", write_named},
    {"maximum", write_named},       {"minimum", write_named},       {"mul", write_named},
    {"neg", write_named},           {"not_equal", write_named},     {"ones_like", write_named},
    {"pow", write_named},           {"round", write_named},         {"rsqrt", write_named},
    {"sigmoid", write_named},       {"sign", write_named},          {"sin", write_named},
    {"sinh", write_named},          {"softplus", write_named},      {"sqrt", write_named},
    {"square", write_named},        {"stop_gradient", write_named}, {"sub", write_named},
    {"tan", write_named},           {"tanh", write_named},          {"trunc_mod", write_named},
    {"where", write_where},         {"zeros_like", write_named},
};

}  // namespace

constinit const OpExports elementwise_exports = handlers;

}  // namespace deft::tensorflow
