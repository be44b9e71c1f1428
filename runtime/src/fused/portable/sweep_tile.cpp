#include <array>

#include "fused/repetition.hpp"
#include "fused_sweep.hpp"

namespace deft {
namespace {

template <class T>
class SweepTile final : public CodeTile {
 public:
  SweepTile(FusedSweep sweep, std::int64_t tile_rows)
      : CodeTile(sweep.tile, sweep.dtype, tile_rows),
        program_(std::move(sweep.program)),
        row_elements_(sweep.row_elements) {
    for (const TileCode::Pointer& pointer : sweep.tile.pointers)
      strides_.push_back(pointer.moves ? pointer.source.row_bytes / sizeof(T) : 0);
  }

 private:
  using Instructions = std::array<SweepInstruction<T>, FusedSweep::most_instructions>;

  void run_rows(const Pointers& pointers, std::int64_t, std::int64_t rows) const override {
    Instructions program;
    for (std::size_t i = 0; i < program_.size(); ++i) {
      const FusedSweep::Instruction& from = program_[i];
      program[i] = {.code = from.code,
                    .repeated = from.repeated,
                    .columns = from.columns,
                    .first_sum = from.first_sum,
                    .column = from.column,
                    .x = reinterpret_cast<const T*>(pointers[from.x]),
                    .y = reinterpret_cast<T*>(pointers[from.y])};
    }
    if (row_elements_ < least_row_of_call)
      return kernel_({program.data(), program_.size()}, rows * row_elements_);
    for (std::int64_t row = 0; row < rows; ++row) {
      kernel_({program.data(), program_.size()}, row_elements_);
      go_to_next_row(program);
    }
  }

  void go_to_next_row(Instructions& program) const {
    for (std::size_t i = 0; i < program_.size(); ++i) {
      program[i].x += strides_[program_[i].x];
      program[i].y += strides_[program_[i].y];
    }
  }

  std::vector<FusedSweep::Instruction> program_;
  std::int64_t row_elements_;
  std::vector<std::size_t> strides_;  // by pointer: from row to row
  RowSweep<T> kernel_ = row_sweep<T>();
};

}  // namespace

std::unique_ptr<FusedTile> sweep_tile(FusedSweep sweep, std::int64_t tile_rows) {
  if (sweep.dtype == DType::f32)
    return std::make_unique<SweepTile<float>>(std::move(sweep), tile_rows);
  return std::make_unique<SweepTile<double>>(std::move(sweep), tile_rows);
}

}  // namespace deft
