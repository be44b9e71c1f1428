#include "fused_layout.hpp"

#include <algorithm>
#include <bit>

#include <deft/core/error.hpp>
#include <deft/core/row.hpp>

#include "fused/fused_kernel.hpp"
#include "kernels/blocks.hpp"

#include "packed_matrix.hpp"

namespace deft {
namespace {

constexpr std::size_t tile_bytes = 16384;
constexpr std::size_t block_bytes = 1 << 16;          // of a block of long rows,
constexpr std::size_t reduced_block_bytes = 1 << 18;  // and where reductions go over the rows

}  // namespace

FusedLayout::FusedLayout(const FusedProgram& program) : program_(program) {
  choose_rows();
  place();
}

/// A tile has the rows of a block of terms, if there is a product over the rows; else so many that
/// a few tiles fit into the first-level cache. A block has the rows that reductions take at a time,
/// or a multiple: of single elements many, because the steps wait for memory again at each block.
void FusedLayout::choose_rows() {
  std::size_t widest = 1;  // bytes of a row
  std::int64_t wanted = 1;
  bool multiplies = false;
  for (const FusedProgram::Step& step : program_.steps) {
    const StepKind kind = step.what.kind;
    if (kind == StepKind::product_over_rows) tile_rows_ = step.what.block_rows;
    multiplies = multiplies || kind == StepKind::product || kind == StepKind::product_over_rows;
    wanted = std::max(wanted, step.what.block_rows);
    if (!reduces(kind)) widest = std::max(widest, row_bytes(step.spec));
    if (kind == StepKind::reduction_of_rows || kind == StepKind::reduction_over_rows)
      widest = std::max(widest, row_bytes(spec_of(step.operands[0])));
  }
  if (tile_rows_ == 0)
    tile_rows_ = std::clamp(static_cast<std::int64_t>(std::bit_floor(tile_bytes / widest)),
                            std::int64_t{1}, fused_block_rows);
  tile_rows_ = std::min(tile_rows_, program_.rows);
  const std::size_t most_bytes = wanted > 1 ? reduced_block_bytes : block_bytes;
  const auto fitting = static_cast<std::int64_t>(std::bit_floor(most_bytes / widest));
  const bool single_elements = wanted > 1 && widest <= sizeof(double) && !multiplies;
  const std::int64_t most_rows = single_elements ? 4 * fused_block_rows : fused_block_rows;
  block_rows_ = wanted * std::max<std::int64_t>(1, std::min(fitting, most_rows) / wanted);
  if (program_.leader_rows != 0) block_rows_ = program_.leader_rows;
  tile_rows_ = std::min(tile_rows_, block_rows_);
}

std::size_t FusedLayout::row_bytes(const TensorSpec& spec) const {
  const std::int64_t elements = spec.shape.num_elements();
  return elements < program_.rows
             ? 0
             : static_cast<std::size_t>(elements / program_.rows) * size_of(spec.dtype);
}

/// Bytes of a tile of the operand that has the largest elements, if it is written out under the
/// shape of the result.
std::size_t FusedLayout::widest_operand_bytes(const FusedProgram::Step& step) const {
  std::size_t element = 0;
  for (const Operand& operand : step.operands)
    element = std::max(element, size_of(spec_of(operand).dtype));
  return row_bytes(step.spec) / size_of(step.spec.dtype) * element *
         static_cast<std::size_t>(tile_rows_);
}

std::size_t FusedLayout::take(std::size_t bytes) {
  const std::size_t offset = bytes_;
  bytes_ += whole_lines(bytes);
  return offset;
}

/// Gives every result a place. A tile that nobody reads any more serves another result of its size.
void FusedLayout::place() {
  const std::size_t size = program_.steps.size();
  std::vector<std::size_t> last_reader(size, 0);
  std::vector<bool> by_block(size, false);  // read by a reduction, when the block is complete
  for (std::size_t i = 0; i < size; ++i)
    for (const Operand& operand : program_.steps[i].operands)
      if (operand.is_step) {
        last_reader[operand.index] = i;
        if (program_.steps[i].what.kind == StepKind::reduction) by_block[operand.index] = true;
      }
  std::vector<std::pair<std::size_t, std::size_t>> free;  // tiles: bytes of a row, and offset
  for (std::size_t i = 0; i < size; ++i) {
    const FusedProgram::Step& step = program_.steps[i];
    RowSource target{RowSource::Place::output, static_cast<std::size_t>(step.output),
                     row_bytes(step.spec)};
    const std::size_t tile = target.row_bytes * static_cast<std::size_t>(tile_rows_);
    if (step.output < 0 && by_block[i]) {
      target.place = RowSource::Place::block;
      target.at = take(target.row_bytes * static_cast<std::size_t>(block_rows_));
    } else if (step.output < 0) {
      target.place = RowSource::Place::tile;
      const auto found =
          std::ranges::find(free, target.row_bytes, &decltype(free)::value_type::first);
      if (found != free.end()) {
        target.at = found->second;
        *found = free.back();
        free.pop_back();
      } else {
        target.at = take(tile);
      }
    }
    targets_.push_back(target);
    spare_bytes_ = std::max(spare_bytes_, whole_lines(widest_operand_bytes(step)));
    for (const Operand& operand : step.operands) {
      if (!operand.is_step || last_reader[operand.index] != i ||
          targets_[operand.index].place != RowSource::Place::tile)
        continue;
      last_reader[operand.index] = 0;  // a step may read it twice
      free.emplace_back(targets_[operand.index].row_bytes, targets_[operand.index].at);
    }
  }
  spare_offset_ = take(Row::max_inputs * spare_bytes_);
}

TensorSpec FusedLayout::spec_of(const Operand& operand) const {
  const TensorSpec& own = program_.own_spec(operand);
  return operand.as == nullptr ? own : TensorSpec{own.dtype, *operand.as};
}

RowSource FusedLayout::source_of(const Operand& operand) const {
  if (operand.is_step) return targets_[operand.index];
  return {RowSource::Place::input, operand.index, row_bytes(program_.inputs[operand.index].spec)};
}

const Tensor* FusedLayout::packed(const Operand& operand) const {
  const bool is_whole = !operand.is_step && operand.as == nullptr;
  const Tensor* constant = is_whole ? program_.inputs[operand.index].constant : nullptr;
  if (constant == nullptr || constant->shape()[0] != program_.rows || !is_worth_packing(*constant))
    return nullptr;
  const auto [found, is_new] = packed_.try_emplace(operand.index);
  if (is_new) found->second = packed_by_columns(*constant);
  return &found->second;
}

TileStep FusedLayout::step(std::size_t index) const {
  const FusedProgram::Step& step = program_.steps[index];
  TileStep made{.what = step.what,
                .inputs = {},
                .sources = {},
                .packed = {},
                .output = step.spec,
                .target = targets_[index],
                .rows = program_.rows,
                .tile_rows = tile_rows_,
                .block_rows = block_rows_,
                .spare_offset = spare_offset_,
                .spare_bytes = spare_bytes_};
  made.inputs.reserve(step.operands.size());
  made.sources.reserve(step.operands.size());
  const bool is_product = std::holds_alternative<ProductForm>(step.what.form);
  for (const Operand& operand : step.operands) {
    made.inputs.push_back(spec_of(operand));
    made.sources.push_back(source_of(operand));
    if (!is_product) continue;
    const Tensor* const by_columns = packed(operand);
    made.packed.push_back(by_columns != nullptr ? std::optional(*by_columns) : std::nullopt);
  }
  return made;
}

}  // namespace deft
