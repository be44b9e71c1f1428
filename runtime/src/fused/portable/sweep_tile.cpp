#include <array>

#include "fused_sweep.hpp"

namespace deft {
namespace {

template <class T>
class SweepTile final : public CodeTile {
 public:
  SweepTile(FusedSweep sweep, std::int64_t tile_rows)
      : CodeTile(std::move(sweep.tile), sweep.dtype, tile_rows),
        program_(std::move(sweep.program)) {}

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
    if (!row_by_row()) return kernel_({program.data(), program_.size()}, rows * row_elements());
    for (std::int64_t row = 0; row < rows; ++row) {
      kernel_({program.data(), program_.size()}, row_elements());
      go_to_next_row(program);
    }
  }

  void go_to_next_row(Instructions& program) const {
    for (std::size_t i = 0; i < program_.size(); ++i) {
      program[i].x += stride(program_[i].x) / sizeof(T);
      program[i].y += stride(program_[i].y) / sizeof(T);
    }
  }

  std::vector<FusedSweep::Instruction> program_;
  RowSweep<T> kernel_ = row_sweep<T>();
};

}  // namespace

std::unique_ptr<FusedTile> sweep_tile(FusedSweep sweep, std::int64_t tile_rows) {
  if (sweep.dtype == DType::f32)
    return std::make_unique<SweepTile<float>>(std::move(sweep), tile_rows);
  return std::make_unique<SweepTile<double>>(std::move(sweep), tile_rows);
}

}  // namespace deft
