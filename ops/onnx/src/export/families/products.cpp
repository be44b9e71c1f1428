#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "export/export_table.hpp"

namespace deft::onnx {
namespace {

/// Input i, with the last two dimensions exchanged if the node multiplies its transpose.
ValueName operand(const ExportContext& node, std::size_t i, bool is_transposed) {
  if (!is_transposed) return node.input(i);
  std::vector<std::int64_t> permutation(node.rank(i));
  std::iota(permutation.begin(), permutation.end(), 0);
  std::swap(permutation.back(), permutation[permutation.size() - 2]);
  return node.writer().add("Transpose", {node.input(i)}, {attribute("perm", permutation)});
}

void write_matmul(const ExportContext& node) {
  node.make("MatMul", {operand(node, 0, node.flag("transpose_a")),
                       operand(node, 1, node.flag("transpose_b"))});
}

/// The bits of a floating product depend on which operand is stored transposed: of matrices Gemm
/// says that, of batches nothing does.
void export_matmul(const ExportContext& node) {
  const bool a = node.flag("transpose_a"), b = node.flag("transpose_b");
  if ((!a && !b) || is_integer(node.dtype())) return write_matmul(node);
  if (node.rank(0) != 2 || node.rank(1) != 2) return node.call(write_matmul);
  node.make("Gemm", {attribute("transA", std::int64_t{a}), attribute("transB", std::int64_t{b})});
}

void write_slogdet(const ExportContext& node) {
  NodeWriter& writer = node.writer();
  const ValueName det = writer.add("Det", {node.input()});
  writer.add_to({node.output(0)}, "Sign", {det});
  writer.add_to({node.output(1)}, "Log", {writer.add("Abs", {det})});
}

constexpr std::array products{
    OpExport{"matmul", export_matmul},
    OpExport{"det", same<"Det">},
    OpExport{"slogdet", as_function<write_slogdet>},
};

}  // namespace

std::span<const OpExport> product_exports() { return products; }

}  // namespace deft::onnx
