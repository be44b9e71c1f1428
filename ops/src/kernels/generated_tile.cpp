#include "generated_tile.hpp"

#include <hwy/targets.h>

#include "fused_code.hpp"
#include "machine_code.hpp"

namespace deft {
namespace {

constexpr std::size_t most_pointers = 128;  // they are on the stack of a run

std::size_t padded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

class GeneratedTile final : public FusedTile {
 public:
  GeneratedTile(FusedCode code, MachineCode machine_code)
      : machine_code_(std::move(machine_code)),
        element_bytes_(static_cast<std::int64_t>(code.code.element_bytes())),
        pointers_(std::move(code.pointers)),
        sums_(std::move(code.sums)) {
    for (const BlockSums& sums : sums_) {
      offsets_.push_back(partial_bytes);
      partial_bytes += padded(sums.bytes());
    }
    flops = code.flops;
  }

  void run(const TileRun& run) const override {
    std::array<std::byte*, most_pointers> pointers;
    for (std::size_t i = 0; i < pointers_.size(); ++i) {
      const FusedCode::Pointer& pointer = pointers_[i];
      pointers[i] = pointer.sums < 0 ? pointer.source.row(run, pointer.moves ? run.first : 0)
                                     : sums_of_tile(run, static_cast<std::size_t>(pointer.sums));
    }
    machine_code_.run(pointers.data(), run.rows * element_bytes_);
  }

  void finish(const KernelArgs& args, const std::byte* partials) const override {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i].finish(args, partials + offsets_[i]);
  }

 private:
  std::byte* sums_of_tile(const TileRun& run, std::size_t i) const {
    return sums_[i].of_tile(run, run.args.scratch + partial_offset + offsets_[i]);
  }

  MachineCode machine_code_;
  std::int64_t element_bytes_;
  std::vector<FusedCode::Pointer> pointers_;
  std::vector<BlockSums> sums_;
  std::vector<std::size_t> offsets_;  // of the sums, from partial_offset
};

}  // namespace

std::unique_ptr<FusedTile> generated_tile(const FusedProgram& program, const FusedLayout& layout) {
  if ((hwy::SupportedTargets() & HWY_AVX3) == 0) return nullptr;
  std::optional<FusedCode> code = fused_code(program, layout);
  if (!code || code->code.body().empty() || code->pointers.size() > most_pointers) return nullptr;
  MachineCode machine_code = assemble(code->code);
  if (machine_code.run == nullptr) return nullptr;
  return std::make_unique<GeneratedTile>(std::move(*code), std::move(machine_code));
}

}  // namespace deft
