#include <optional>

#include <deft/core/element_function.hpp>

#include "fused_tile.hpp"
#include "kernels/movement/broadcast_reader.hpp"

namespace deft {
namespace {

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
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const TensorSpec& input = step.inputs[i];
      Operand& operand = operands_.emplace_back(Operand{step.sources[i], false, {}});
      if (input.shape.num_elements() == step.output.shape.num_elements()) continue;
      operand.repeated = input.shape.num_elements() == 1;
      if (!operand.repeated)
        operand.reader.emplace(input.shape, step.output.shape, size_of(input.dtype));
    }
    flops = static_cast<double>(step.output.shape.num_elements());
  }

  void run(const TileRun& run) const override {
    Row row;
    row.count = static_cast<std::size_t>(run.rows * row_elements_);
    row.output = target_.row(run, run.first);
    std::byte* spare = run.memory + spare_offset_;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const Operand& operand = operands_[i];
      if (operand.reader) {
        operand.reader->write_out(operand.source.row(run, 0), run.first * row_elements_,
                                  run.rows * row_elements_, spare);
        row.inputs[i] = spare;
        spare += spare_bytes_;
      } else {
        row.inputs[i] = operand.source.row(run, operand.repeated ? 0 : run.first);
        row.repeated |= (operand.repeated ? 1U : 0U) << i;
      }
    }
    function_(row);
  }

 private:
  struct Operand {
    RowSource source;
    bool repeated;                          // one element
    std::optional<BroadcastReader> reader;  // repeated in another way
  };

  RowFunction function_;
  std::vector<Operand> operands_;
  RowSource target_;
  std::int64_t row_elements_;
  std::size_t spare_offset_;
  std::size_t spare_bytes_;
};

}  // namespace

std::unique_ptr<FusedTile> map_tile(const TileStep& step) {
  return std::make_unique<MapTile>(step);
}

}  // namespace deft
