#include <optional>

#include <deft/core/element_function.hpp>

#include "fused_kernel.hpp"
#include "fused_tile.hpp"
#include "kernels/movement/broadcast_reader.hpp"

namespace deft {
namespace {

/// Rows shorter than this are repeated into spare memory, so that a call takes a whole tile.
constexpr std::int64_t least_row_of_call = 32;

class MapTile final : public FusedTile {
 public:
  explicit MapTile(const TileStep& step)
      : function_(std::get<MapStep>(step.what)
                      .function->rows(step.inputs.back().dtype, step.output.dtype)
                      .row),
        target_(step.target),
        row_elements_(step.output.shape.num_elements() / step.rows),
        spare_offset_(step.spare_offset),
        spare_bytes_(step.spare_bytes) {
    bool repeats_in_rows = false;
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      operands_.push_back(operand_of(step, i));
      repeats_in_rows = repeats_in_rows || operands_.back().reader;
    }
    row_by_row_ = repeats_in_rows && row_elements_ >= least_row_of_call;
    flops = static_cast<double>(step.output.shape.num_elements());
  }

  void run(const TileRun& run) const override {
    const std::int64_t at_once = row_by_row_ ? 1 : run.rows;
    for (std::int64_t row = run.first; row < run.first + run.rows; row += at_once)
      run_rows(run, row, at_once);
  }

 private:
  struct Operand {
    RowSource source;
    bool repeated = false;                       // one element
    std::optional<BroadcastReader> reader = {};  // repeated in another way:
    bool in_row = false;                         // a row of it to a row of the result;
    bool one_of_row = false;                     // namely a single element,
    bool same_row = false;                       // or the same row to every row
  };

  static Operand operand_of(const TileStep& step, std::size_t i) {
    const Shape& from = step.inputs[i].shape;
    const Shape& to = step.output.shape;
    Operand operand{step.sources[i]};
    const std::int64_t elements = from.num_elements();
    if (elements == to.num_elements()) return operand;
    operand.repeated = elements == 1;
    if (operand.repeated) return operand;
    operand.reader.emplace(from, to, size_of(step.inputs[i].dtype));
    operand.in_row = keeps_rows(from, to, step.rows);
    operand.one_of_row = operand.in_row && elements == step.rows;
    operand.same_row =
        elements == to.num_elements() / step.rows && repeats_rows(from, to, elements);
    return operand;
  }

  /// True if `from` has the last dimensions of `to`, of `elements` elements.
  static bool repeats_rows(const Shape& from, const Shape& to, std::int64_t elements) {
    std::int64_t count = 1;
    for (std::size_t i = 1; i <= from.rank() && count < elements; ++i) {
      const std::int64_t dim = from.dims()[from.rank() - i];
      if (dim != to.dims()[to.rank() - i]) return false;
      count *= dim;
    }
    return count == elements;
  }

  void run_rows(const TileRun& run, std::int64_t first, std::int64_t rows) const {
    Row row;
    row.count = static_cast<std::size_t>(rows * row_elements_);
    row.output = target_.row(run, first);
    std::byte* spare = run.memory + spare_offset_;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const Operand& operand = operands_[i];
      if (!operand.reader) {
        row.inputs[i] = operand.source.row(run, operand.repeated ? 0 : first);
        row.repeated |= (operand.repeated ? 1U : 0U) << i;
      } else if (row_by_row_ && operand.one_of_row) {
        row.inputs[i] = operand.source.row(run, first);
        row.repeated |= 1U << i;
      } else if (row_by_row_ && operand.same_row) {
        row.inputs[i] = operand.source.row(run, 0);
      } else {
        const std::int64_t begin = operand.in_row ? first : 0;
        operand.reader->write_out(operand.source.row(run, begin), (first - begin) * row_elements_,
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
