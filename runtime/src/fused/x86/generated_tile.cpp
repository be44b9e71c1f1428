#include "generated_tile.hpp"

#include <algorithm>
#include <bit>

#include <hwy/targets.h>

#include "fused/code/fused_code.hpp"
#include "machine_code.hpp"

namespace deft {
namespace {

class GeneratedTile final : public CodeTile {
 public:
  GeneratedTile(FusedCode code, MachineCode machine_code, std::int64_t tile_rows)
      : CodeTile(std::move(code.tile), code.code.dtype(), tile_rows, machine_code.tiles),
        machine_code_(std::move(machine_code)),
        element_bytes_(static_cast<std::int64_t>(code.code.element_bytes())) {}

 private:
  void run_rows(const Pointers& pointers, std::int64_t tiles, std::int64_t rows) const override {
    const auto run = machine_code_.run[static_cast<std::size_t>(tiles - 1)];
    run(pointers.data(), rows * element_bytes_);
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

std::unique_ptr<FusedTile> generated_tile(const FusedProgram& program, const FusedLayout& layout) {
  const MachineTarget* const target = chosen_target();
  if (target == nullptr) return nullptr;
  std::optional<FusedCode> code = fused_code(program, layout, target->machine);
  if (!code || code->code.body().empty()) return nullptr;
  MachineCode machine_code = target->assemble(code->code, layout.tile_rows());
  if (machine_code.tiles == 0) return nullptr;
  return std::make_unique<GeneratedTile>(std::move(*code), std::move(machine_code),
                                         layout.tile_rows());
}

}  // namespace deft
