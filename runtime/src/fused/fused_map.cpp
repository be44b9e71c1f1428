#include <optional>

#include <deft/core/element_function.hpp>

#include "fused_tile.hpp"
#include "kernels/movement/broadcast_reader.hpp"
#include "repetition.hpp"

namespace deft {
namespace {

class MapTile final : public FusedTile {
 public:
  explicit MapTile(const TileStep& step)
      : function_(std::get<MapForm>(step.what.form)
                      .function->rows(step.inputs.back().dtype, step.output.dtype)
                      .row),
        target_(step.target),
        row_elements_(step.output.shape.num_elements() / step.rows),
        spare_offset_(step.spare_offset),
        spare_bytes_(step.spare_bytes) {
    bool repeats_in_rows = false;
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const TensorSpec& input = step.inputs[i];
      Operand& operand = operands_.emplace_back(
          Operand{step.sources[i], repetition(input.shape, step.output.shape, step.rows), {}});
      if (operand.is_in_order() || operand.repeats == Repetition::element) continue;
      operand.reader.emplace(input.shape, step.output.shape, size_of(input.dtype));
      repeats_in_rows = true;
    }
    row_by_row_ = repeats_in_rows && row_elements_ >= least_row_of_call;
  }

  void run(const TileRun& run) const override {
    const std::int64_t at_once = row_by_row_ ? 1 : run.rows;
    for (std::int64_t row = run.first; row < run.first + run.rows; row += at_once)
      run_rows(run, row, at_once);
  }

 private:
  struct Operand {
    RowSource source;
    Repetition repeats;
    std::optional<BroadcastReader> reader;  // of an operand that is not in order

    bool is_in_order() const { return repeats == Repetition::none; }
  };

  void run_rows(const TileRun& run, std::int64_t first, std::int64_t rows) const {
    Row row;
    row.count = static_cast<std::size_t>(rows * row_elements_);
    row.output = target_.row(run, first);
    std::byte* spare = run.memory + spare_offset_;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const Operand& operand = operands_[i];
      const bool moves = operand.is_in_order() || operand.repeats == Repetition::element_of_row ||
                         operand.repeats == Repetition::part_of_row;
      const std::int64_t begin = moves ? first : 0;
      row.inputs[i] = operand.source.row(run, begin);
      if (operand.repeats == Repetition::element ||
          (row_by_row_ && operand.repeats == Repetition::element_of_row)) {
        row.repeated |= 1U << i;
      } else if (operand.reader && !(row_by_row_ && operand.repeats == Repetition::row)) {
        operand.reader->write_out(row.inputs[i], (first - begin) * row_elements_,
                                  rows * row_elements_, spare);
        row.inputs[i] = spare;
        spare += spare_bytes_;
      }
    }
    function_(row);
  }

  RowFunction function_;
  std::vector<Operand> operands_;
  RowSource target_;
  std::int64_t row_elements_;
  bool row_by_row_;
  std::size_t spare_offset_;
  std::size_t spare_bytes_;
};

}  // namespace

std::unique_ptr<FusedTile> map_tile(const TileStep& step) {
  return std::make_unique<MapTile>(step);
}

}  // namespace deft
