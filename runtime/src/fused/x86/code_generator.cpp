#include "code_generator.hpp"

#include <algorithm>
#include <bit>

#include <hwy/targets.h>

#include "fused/code/fused_code.hpp"

namespace deft {
namespace {

class GeneratedTile final : public CodeTile {
 public:
  GeneratedTile(TileCode tile, DType dtype, std::int64_t tile_rows, MachineCode machine_code)
      : CodeTile(std::move(tile), dtype, tile_rows, machine_code.tiles),
        machine_code_(std::move(machine_code)),
        element_bytes_(static_cast<std::int64_t>(size_of(dtype))) {}

 private:
  void run_rows(const Pointers& pointers, std::int64_t tiles, std::int64_t rows) const override {
    const auto run = machine_code_.run[static_cast<std::size_t>(tiles - 1)];
    const std::int64_t row_bytes = row_elements() * element_bytes_;
    if (!row_by_row()) return run(pointers.data(), rows * row_bytes);
    Pointers of_row;
    std::copy_n(pointers.begin(), num_pointers(), of_row.begin());
    for (; rows > 0; --rows) {
      run(of_row.data(), row_bytes);
      for (std::size_t i = 0; i < num_pointers(); ++i) of_row[i] += stride(i);
    }
  }

  MachineCode machine_code_;
  std::int64_t element_bytes_;
};

/// That of the instruction set which Highway has chosen for its kernels, the first one being the
/// best: to ask SupportedTargets, which asks the processor, takes as long as to write a small
/// program.
const MachineTarget* chosen_target() {
  hwy::ChosenTarget& chosen = hwy::GetChosenTarget();
  if (!chosen.IsInitialized()) chosen.Update(hwy::SupportedTargets());
  const auto is_as_good_as = [&](std::uint64_t target) {
    return chosen.GetIndex() <= static_cast<std::size_t>(std::countr_zero(target));
  };
  if (is_as_good_as(HWY_CHOSEN_TARGET_SHIFT(HWY_AVX3))) return avx512_target();
  if (is_as_good_as(HWY_CHOSEN_TARGET_SHIFT(HWY_AVX2))) return avx2_target();
  return nullptr;
}

}  // namespace

CodeGenerator::CodeGenerator() : target_(chosen_target()) {}

GeneratedSteps CodeGenerator::steps(const FusedProgram& program, const FusedLayout& layout,
                                    std::size_t begin) {
  if (target_ == nullptr) return {};
  std::optional<FusedCode> made = fused_code(program, layout, begin, target_->machine);
  if (!made || made->code.body().empty()) return {};
  auto& [code, tile] = *made;
  const DType dtype = code.dtype();
  // Without sums over its rows, a tile has any number of them.
  const std::int64_t tile_rows = tile.sums.empty() ? 0 : layout.tile_rows();
  const MachineCode& functions = machine_code(std::move(code), tile_rows);
  if (functions.tiles == 0) return {};
  const std::size_t end = tile.end;
  return {std::make_unique<GeneratedTile>(std::move(tile), dtype, layout.tile_rows(), functions),
          end};
}

const MachineCode& CodeGenerator::machine_code(VectorCode code, std::int64_t tile_rows) {
  const auto [found, is_new] = written_.try_emplace({tile_rows, std::move(code)});
  if (is_new) found->second = target_->assemble(found->first.second, tile_rows);
  return found->second;
}

}  // namespace deft
