#include <numeric>

#include "fused_kernel.hpp"
#include "kernels/reductions/reduction_plan.hpp"
#include "repetition.hpp"

namespace deft {
namespace {

constexpr std::int64_t widest_row = 16384;    // elements of a row that stays in a cache
constexpr std::int64_t few_rows = 16;         // fewer cannot be shared well by threads,
constexpr std::int64_t few_elements = 16384;  // which matters if there are more elements

bool are_worth_it(std::int64_t rows, std::int64_t elements) {
  return rows > 1 && elements / rows <= widest_row &&
         (rows >= few_rows || elements <= few_elements);
}

}  // namespace

std::optional<RowStream> row_stream(const ReductionForm& form, const TensorSpec& input,
                                    std::int64_t rows) {
  const auto stream = [&](StepKind kind, std::int64_t of_group, std::int64_t block_rows) {
    return RowStream{{form, kind, block_rows}, of_group};
  };
  const ReductionPlan plan(input.shape, form.axes);
  const std::int64_t elements = plan.outputs * plan.reduced;
  if (elements == 0) return std::nullopt;
  if (plan.outputs == 1) {
    const std::int64_t row = elements / rows;
    return stream(StepKind::reduction, rows, plan.piece / std::gcd(plan.piece, row));
  }
  if (plan.outer.rank != 0) return std::nullopt;  // the dimensions are no prefix and no suffix
  if (plan.last_reduced) {
    if (plan.parts > 1 || !are_worth_it(plan.outputs, elements)) return std::nullopt;
    return stream(StepKind::reduction_of_rows, plan.outputs, 1);
  }
  if (plan.kept.rank > 0 || !are_worth_it(plan.adjacent, elements)) return std::nullopt;
  return stream(StepKind::reduction_over_rows, plan.adjacent, plan.pieces_per_part);
}

std::optional<std::int64_t> rows_of_repeated(const Shape& operand, const Shape& result) {
  const std::int64_t count = result.num_elements();
  const std::int64_t elements = operand.num_elements();
  if (elements <= 1 || elements >= count) return std::nullopt;
  const bool is_row = ends_with(result, operand, elements);
  if (!is_row && !keeps_rows(operand, result, elements)) return std::nullopt;
  const std::int64_t rows = is_row ? count / elements : elements;
  const bool is_long = count / rows >= least_row_of_call;
  return is_long && are_worth_it(rows, count) ? std::optional(rows) : std::nullopt;
}

bool keeps_rows(const Shape& operand, const Shape& output, std::int64_t rows) {
  std::int64_t count = 1;
  for (std::size_t i = 0; i < output.rank() && count < rows; ++i) {
    const std::int64_t dim = output.dims()[i];
    const std::size_t from_end = output.rank() - i;
    const std::int64_t own =
        from_end > operand.rank() ? 1 : operand.dims()[operand.rank() - from_end];
    if (own != dim) return false;
    count *= dim;
  }
  return count == rows;
}

}  // namespace deft
