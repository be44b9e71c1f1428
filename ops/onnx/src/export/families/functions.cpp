#include <array>
#include <cstddef>
#include <numbers>

#include "export/export_table.hpp"

// Functions of floating elements that ONNX does not have.
namespace deft::onnx {
namespace {

void write_rsqrt(const ExportContext& node) {
  node.make("Reciprocal", {node.writer().add("Sqrt", node.inputs())});
}

/// e^x - 1 = tanh(x / 2) (e^x + 1)
void write_expm1(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName half = writer.add("Mul", {node.input(), writer.number(0.5, node.dtype())});
  const ValueName sum =
      writer.add("Add", {writer.add("Exp", {node.input()}), writer.number(1, node.dtype())});
  node.make("Mul", {writer.add("Tanh", {half}), sum});
}

/// With u = 1 + x rounded, log(u) x / (u - 1): what u has lost of x is put back (W. Kahan; see
/// N. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, problem 1.5). Where u is 1
/// that is x, where u is x, infinity among these, log(u).
void write_log1p(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName& x = node.input();
  const ValueName one = writer.number(1, node.dtype());
  const ValueName u = writer.add("Add", {x, one});
  const ValueName kept = writer.add("Sub", {u, one});
  const ValueName share =
      writer.select(writer.add("Equal", {u, x}), one, writer.add("Div", {x, kept}), node.dtype());
  const ValueName log = writer.add("Mul", {writer.add("Log", {u}), share});
  writer.select_to(node.output(), writer.add("Equal", {u, one}), x, log, node.dtype());
}

/// t exp(-z^2 + P(t)) with z = |x|, t = 1 / (1 + z / 2), within 1.2e-7 of the value (W. Press et
/// al., "Numerical Recipes in C", 1992, section 6.2); 2 - that where x < 0. In f64, since z^2 is
/// large.
void write_erfc(const ExportContext& node) {
  constexpr std::array coefficients{-1.26551223, 1.00002368,  0.37409196, 0.09678418,  -0.18628806,
                                    0.27886807,  -1.13520398, 1.48851587, -0.82215223, 0.17087277};
  NodeWriter& writer = node.writer();
  const auto number = [&](double value) { return writer.number(value, DType::f64); };
  const ValueName x = writer.cast(node.input(), DType::f64);
  const ValueName z = writer.add("Abs", {x});
  const ValueName half = writer.add("Mul", {z, number(0.5)});
  const ValueName t = writer.add("Reciprocal", {writer.add("Add", {half, number(1)})});
  ValueName p = number(coefficients.back());
  for (std::size_t i = coefficients.size() - 1; i-- > 0;)
    p = writer.add("Add", {writer.add("Mul", {p, t}), number(coefficients[i])});
  const ValueName exponent = writer.add("Sub", {p, writer.add("Mul", {z, z})});
  const ValueName positive = writer.add("Mul", {t, writer.add("Exp", {exponent})});
  const ValueName negative = writer.add("Sub", {number(2), positive});
  const ValueName y =
      writer.select(writer.add("Less", {x, number(0)}), negative, positive, DType::f64);
  node.make("Cast", {y}, {to(node.dtype())});
}

void write_trunc(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName size = writer.add("Floor", {writer.add("Abs", {node.input()})});
  node.make("Mul", {writer.add("Sign", {node.input()}), size});
}

void export_trunc(const ExportContext& node) {
  if (is_integer(node.dtype())) return node.make("Identity");
  node.call(write_trunc);
}

/// Whether x has the sign bit, which only 1 / x tells of -0.
ValueName is_negative(const ExportContext& node, const ValueName& x) {
  NodeWriter& writer = node.writer();
  const ValueName zero = writer.number(0, node.dtype());
  const ValueName below = writer.add("Less", {writer.add("Reciprocal", {x}), zero});
  return writer.add("Or", {below, writer.add("Less", {x, zero})});
}

/// The angle of (|x|, |y|), of which equal sizes have 45 degrees and two zeros none, mirrored to
/// the quadrant of (x, y).
void write_atan2(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const DType dtype = node.dtype();
  const auto number = [&](double value) { return writer.number(value, dtype); };
  const ValueName y = writer.add("Abs", {node.input(0)});
  const ValueName x = writer.add("Abs", {node.input(1)});
  const ValueName equal =
      writer.select(writer.add("Equal", {y, number(0)}), number(0), number(1), dtype);
  const ValueName slope =
      writer.select(writer.add("Equal", {y, x}), equal, writer.add("Div", {y, x}), dtype);
  const ValueName angle = writer.add("Atan", {slope});
  const ValueName turned =
      writer.select(is_negative(node, node.input(1)),
                    writer.add("Sub", {number(std::numbers::pi), angle}), angle, dtype);
  writer.select_to(node.output(), is_negative(node, node.input(0)), writer.add("Neg", {turned}),
                   turned, dtype);
}

constexpr std::array functions{
    OpExport{"rsqrt", as_function<write_rsqrt>},
    OpExport{"expm1", as_function<write_expm1>},
    OpExport{"log1p", as_function<write_log1p>},
    OpExport{"erfc", as_function<write_erfc>},
    OpExport{"trunc", export_trunc},
    OpExport{"atan2", as_function<write_atan2>},
};

}  // namespace

std::span<const OpExport> function_exports() { return functions; }

}  // namespace deft::onnx
