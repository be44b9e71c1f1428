#include "generated_tile.hpp"

#include <algorithm>

#include <hwy/targets.h>

#include <deft/ops/fused_kernel.hpp>

#include "fused_code.hpp"
#include "machine_code.hpp"

namespace deft {
namespace {

constexpr std::size_t most_pointers = 128;  // they are on the stack of a run

std::size_t padded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

class GeneratedTile final : public FusedTile {
 public:
  GeneratedTile(FusedCode code, MachineCode machine_code, std::int64_t tile_rows)
      : machine_code_(std::move(machine_code)),
        tile_rows_(tile_rows),
        element_bytes_(static_cast<std::int64_t>(code.code.element_bytes())),
        pointers_(std::move(code.pointers)),
        sums_(std::move(code.sums)),
        packed_(std::move(code.packed)) {
    for (const BlockSums& sums : sums_) {
      offsets_.push_back(partial_bytes);
      partials.push_back(sums.partials(partial_bytes));
      partial_bytes += padded(sums.bytes());
    }
    for (const FusedCode::Pointer& pointer : pointers_)
      bytes_of_tile_.push_back(bytes_of_tile(pointer));
    flops = code.flops;
    takes_any_rows = true;
  }

  void run(const TileRun& run) const override {
    Pointers pointers;
    for (std::size_t i = 0; i < pointers_.size(); ++i) pointers[i] = begin_of(pointers_[i], run);
    std::int64_t rows = run.rows;
    const std::int64_t rows_of_tiles = machine_code_.tiles * tile_rows_;
    if (machine_code_.tiles > 1)
      for (; rows >= rows_of_tiles; rows -= rows_of_tiles) {
        machine_code_.run_tiles(pointers.data(), tile_rows_ * element_bytes_);
        advance(pointers, machine_code_.tiles);
      }
    const std::int64_t most = sums_.empty() ? rows : tile_rows_;
    for (; rows > 0; rows -= most) {
      machine_code_.run(pointers.data(), std::min(most, rows) * element_bytes_);
      advance(pointers, 1);
    }
  }

  void finish(const KernelArgs& args, const std::byte* partials) const override {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i].finish(args, partials + offsets_[i]);
  }

 private:
  using Pointers = std::array<std::byte*, most_pointers>;

  /// What a pointer is at the first row of `run`.
  std::byte* begin_of(const FusedCode::Pointer& pointer, const TileRun& run) const {
    if (pointer.sums >= 0) return sums_of_tile(run, static_cast<std::size_t>(pointer.sums));
    if (pointer.column != nullptr)
      return const_cast<std::byte*>(pointer.column) + run.first * element_bytes_;
    return pointer.source.row(run, pointer.moves ? run.first : 0);
  }

  void advance(Pointers& pointers, std::int64_t tiles) const {
    for (std::size_t i = 0; i < bytes_of_tile_.size(); ++i)
      pointers[i] += tiles * bytes_of_tile_[i];
  }

  /// How far a pointer is from one tile to the next.
  std::int64_t bytes_of_tile(const FusedCode::Pointer& pointer) const {
    if (pointer.sums >= 0) return sums_[static_cast<std::size_t>(pointer.sums)].tile_bytes();
    if (pointer.column != nullptr) return tile_rows_ * element_bytes_;
    return pointer.moves ? tile_rows_ * static_cast<std::int64_t>(pointer.source.row_bytes) : 0;
  }

  std::byte* sums_of_tile(const TileRun& run, std::size_t i) const {
    return sums_[i].of_tile(run, run.args.scratch + partial_offset + offsets_[i]);
  }

  MachineCode machine_code_;
  std::int64_t tile_rows_;
  std::int64_t element_bytes_;
  std::vector<FusedCode::Pointer> pointers_;
  std::vector<std::int64_t> bytes_of_tile_;  // by pointer
  std::vector<BlockSums> sums_;
  std::vector<Tensor> packed_;
  std::vector<std::size_t> offsets_;  // of the sums, from partial_offset
};

bool has_generator() { return can_assemble() && (hwy::SupportedTargets() & HWY_AVX3) != 0; }

bool is_usable(const std::optional<FusedCode>& code) {
  return code.has_value() && !code->code.body().empty() && code->pointers.size() <= most_pointers;
}

}  // namespace

bool can_generate_code(const FusedProgram& program) {
  return has_generator() && is_usable(fused_code(program, FusedLayout(program)));
}

std::unique_ptr<FusedTile> generated_tile(const FusedProgram& program, const FusedLayout& layout) {
  if (!has_generator()) return nullptr;
  std::optional<FusedCode> code = fused_code(program, layout);
  if (!is_usable(code)) return nullptr;
  MachineCode machine_code = assemble(code->code, layout.tile_rows());
  if (machine_code.run == nullptr) return nullptr;
  return std::make_unique<GeneratedTile>(std::move(*code), std::move(machine_code),
                                         layout.tile_rows());
}

}  // namespace deft
