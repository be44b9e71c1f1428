#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "export/export_table.hpp"

namespace deft::onnx {
namespace {

bool is_positive_zero(const Tensor& value) {
  return std::ranges::all_of(value.to<double>(),
                             [](double x) { return x == 0 && !std::signbit(x); });
}

/// maximum(0, x) is Relu, to the sign of 0 too, where the zeros do not make it larger than x.
void export_maximum(const ExportContext& node) {
  if (is_floating(node.dtype()) && node.input_spec(1) == node.spec()) {
    const std::optional<Tensor> bound = node.known(0);
    if (bound && is_positive_zero(*bound)) return node.make("Relu", {node.input(1)});
  }
  node.make("Max");
}

void export_square(const ExportContext& node) { node.make("Mul", {node.input(), node.input()}); }

/// Rounding leaves integers as they are.
template <OpName name>
void export_rounding(const ExportContext& node) {
  node.make(is_integer(node.dtype()) ? "Identity" : name.text);
}

void export_not_equal(const ExportContext& node) {
  node.make("Not", {node.writer().add("Equal", node.inputs())});
}

void export_where(const ExportContext& node) {
  node.writer().select_to(node.output(), node.input(0), node.input(1), node.input(2),
                          node.spec().dtype);
}

/// ONNX sums floating numbers alone.
void export_add_n(const ExportContext& node) {
  if (node.inputs().size() == 1) return node.make("Identity");
  if (is_floating(node.dtype())) return node.make("Sum");
  ValueName sum = node.input(0);
  const std::size_t last = node.inputs().size() - 1;
  for (std::size_t i = 1; i < last; ++i) sum = node.writer().add("Add", {sum, node.input(i)});
  node.make("Add", {sum, node.input(last)});
}

void export_cast(const ExportContext& node) { node.make("Cast", {to(node.spec().dtype)}); }

constexpr std::array elementwise{
    OpExport{"add", same<"Add">},
    OpExport{"sub", same<"Sub">},
    OpExport{"mul", same<"Mul">},
    OpExport{"div", same<"Div">},
    OpExport{"pow", same<"Pow">},
    OpExport{"maximum", export_maximum},
    OpExport{"minimum", same<"Min">},
    OpExport{"neg", same<"Neg">},
    OpExport{"abs", same<"Abs">},
    OpExport{"sign", same<"Sign">},
    OpExport{"square", export_square},
    OpExport{"sqrt", same<"Sqrt">},
    OpExport{"exp", same<"Exp">},
    OpExport{"log", same<"Log">},
    OpExport{"sin", same<"Sin">},
    OpExport{"cos", same<"Cos">},
    OpExport{"tan", same<"Tan">},
    OpExport{"asin", same<"Asin">},
    OpExport{"acos", same<"Acos">},
    OpExport{"atan", same<"Atan">},
    OpExport{"sinh", same<"Sinh">},
    OpExport{"cosh", same<"Cosh">},
    OpExport{"tanh", same<"Tanh">},
    OpExport{"asinh", same<"Asinh">},
    OpExport{"acosh", same<"Acosh">},
    OpExport{"atanh", same<"Atanh">},
    OpExport{"erf", same<"Erf">},
    OpExport{"sigmoid", same<"Sigmoid">},
    OpExport{"softplus", same<"Softplus">},
    OpExport{"floor", export_rounding<"Floor">},
    OpExport{"ceil", export_rounding<"Ceil">},
    OpExport{"round", export_rounding<"Round">},
    OpExport{"equal", same<"Equal">},
    OpExport{"not_equal", export_not_equal},
    OpExport{"less", same<"Less">},
    OpExport{"less_equal", same<"LessOrEqual">},
    OpExport{"greater", same<"Greater">},
    OpExport{"greater_equal", same<"GreaterOrEqual">},
    OpExport{"where", export_where},
    OpExport{"add_n", export_add_n},
    OpExport{"cast", export_cast},
    OpExport{"identity", same<"Identity">},
    OpExport{"stop_gradient", same<"Identity">},
};

}  // namespace

std::span<const OpExport> elementwise_exports() { return elementwise; }

}  // namespace deft::onnx
