#include <array>
#include <cstdint>
#include <vector>

#include "export/export_table.hpp"

// Diagonals and triangles of matrices.
namespace deft::onnx {
namespace {

/// bool [rows, columns]: where the row is the column.
ValueName diagonal_mask(NodeWriter& writer, const ValueName& rows, const ValueName& columns) {
  return writer.add("Equal",
                    {writer.unsqueezed(writer.count_up(rows), {1}), writer.count_up(columns)});
}

/// x [..., n] on the diagonal of zeros [..., n, columns].
void place(const ExportContext& node, const ValueName& x, const ValueName& mask) {
  NodeWriter& writer = node.writer();
  const ValueName zero = writer.constant(Tensor::zeros(node.dtype(), {}));
  writer.select_to(node.output(), mask, writer.unsqueezed(x, {-1}), zero, node.dtype());
}

void write_diag(const ExportContext& node) {
  const ValueName size =
      node.writer().dimension(node.input(), static_cast<std::int64_t>(node.rank()) - 1);
  place(node, node.input(), diagonal_mask(node.writer(), size, size));
}

/// Where the matrix has more rows than columns, zeros are added to the diagonal, one for each row.
void write_diag_like(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const auto rank = static_cast<std::int64_t>(node.rank(1));
  const ValueName rows = writer.dimension(node.input(1), rank - 2);
  const ValueName columns = writer.dimension(node.input(1), rank - 1);
  const ValueName missing = writer.add("Sub", {rows, writer.add("Min", {rows, columns})});
  const std::vector<std::int64_t> none(2 * node.rank(0) - 1, 0);
  const ValueName pads =
      writer.add("Concat", {writer.integers(none, "none"), writer.unsqueezed(missing, {0})},
                 {attribute("axis", std::int64_t{0})});
  const ValueName zero = writer.constant(Tensor::zeros(node.dtype(), {}));
  const ValueName x = writer.add("Pad", {node.input(0), pads, zero});
  place(node, x, diagonal_mask(writer, rows, columns));
}

/// Of the rows of [..., n, m] put behind one another, the elements m + 1 apart.
void write_diag_part(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const auto rank = static_cast<std::int64_t>(node.rank());
  const ValueName shape = writer.shape(node.input());
  const ValueName rows = writer.dimension(node.input(), rank - 2);
  const ValueName columns = writer.dimension(node.input(), rank - 1);
  const ValueName batch = writer.add(
      "Slice", {shape, writer.integers({0}, "starts"), writer.integers({rank - 2}, "ends")});
  const ValueName size = writer.unsqueezed(writer.add("Mul", {rows, columns}), {0});
  const ValueName flat = writer.add(
      "Reshape",
      {node.input(), writer.add("Concat", {batch, size}, {attribute("axis", std::int64_t{0})})},
      {attribute("allowzero", std::int64_t{1})});
  const ValueName distance = writer.add("Add", {columns, writer.integer(1)});
  const ValueName count = writer.count_up(writer.add("Min", {rows, columns}));
  node.make("Gather", {flat, writer.add("Mul", {count, distance})}, {attribute("axis", rank - 2)});
}

template <std::int64_t upper>
void export_triangle(const ExportContext& node) {
  node.make("Trilu", {node.input(), node.writer().integer(node.integer("k"))},
            {attribute("upper", upper)});
}

constexpr std::array triangles{
    OpExport{"diag", as_function<write_diag>},
    OpExport{"diag_like", as_function<write_diag_like>},
    OpExport{"diag_part", as_function<write_diag_part>},
    OpExport{"tril", export_triangle<0>},
    OpExport{"triu", export_triangle<1>},
};

}  // namespace

std::span<const OpExport> triangle_exports() { return triangles; }

}  // namespace deft::onnx
