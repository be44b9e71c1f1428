#include "zero_sum.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

#include <deft/core/element_function.hpp>
#include <deft/core/visit_dtype.hpp>

#include "kernels/blocks.hpp"

namespace deft {
namespace {

using Operand = FusedProgram::Operand;

bool multiplies(const MapForm& map, DType dtype) {
  const auto code = map.function->arity == 2 ? map.function->code(dtype) : std::nullopt;
  return code && code->body().size() == 1 && code->body()[0].op == ElementOp::mul &&
         code->body()[0].operands[0] != code->body()[0].operands[1];
}

bool is_zero(const FusedProgram& program, const Operand& operand) {
  const Tensor* const value = operand.is_step ? nullptr : program.inputs[operand.index].constant;
  if (value == nullptr || value->num_elements() != 1) return false;
  return visit_floating(
      value->dtype(), [&]<class T>(std::type_identity<T>) { return value->data<T>()[0] == T{0}; });
}

}  // namespace

bool ZeroSum::is_step(const FusedProgram& program, std::size_t index) {
  const FusedProgram::Step& step = program.steps[index];
  if (step.what.kind != StepKind::reduction || !step.operands[0].is_step) return false;
  const Reduction reduce = std::get<ReductionForm>(step.what.form).reduce;
  const FusedProgram::Step& product = program.steps[step.operands[0].index];
  const auto* map = std::get_if<MapForm>(&product.what.form);
  return (reduce == Reduction::sum || reduce == Reduction::mean) && map != nullptr &&
         is_floating(product.spec.dtype) && multiplies(*map, product.spec.dtype) &&
         std::ranges::any_of(product.operands,
                             [&](const Operand& operand) { return is_zero(program, operand); });
}

ZeroSum::ZeroSum(const TileStep& step)
    : dtype_(step.output.dtype),
      rows_(step.rows),
      block_rows_(step.block_rows),
      tile_rows_(step.tile_rows),
      output_(step.target.at) {}

/// The last tile of a block may have fewer rows than others.
std::int64_t ZeroSum::tiles_before(std::int64_t row) const {
  return row / block_rows_ * ceil_div(block_rows_, tile_rows_) +
         ceil_div(row % block_rows_, tile_rows_);
}

Kernel::Partials ZeroSum::partials(std::size_t offset) const {
  return {offset, static_cast<std::size_t>(tiles_before(block_rows_) * tile_bytes()),
          static_cast<std::size_t>(tiles_before(rows_) * tile_bytes())};
}

std::byte* ZeroSum::of_run(const TileRun& run, std::byte* to) const {
  const std::int64_t begin = tiles_before(run.first);
  const std::int64_t end = tiles_before(run.first + run.rows);
  std::byte* const first = to + begin * tile_bytes();
  std::memset(first, 0, static_cast<std::size_t>((end - begin) * tile_bytes()));
  return first;
}

void ZeroSum::finish(const KernelArgs& args, const std::byte* from) const {
  visit_floating(dtype_, [&]<class T>(std::type_identity<T>) {
    const std::span<const T> sums(reinterpret_cast<const T*>(from),
                                  static_cast<std::size_t>(tiles_before(rows_)));
    *args.output<T>(output_) = std::accumulate(sums.begin(), sums.end(), T{0});
  });
}

}  // namespace deft
