#include "fused/fused_kernel.hpp"

#include <algorithm>
#include <utility>

#include <deft/core/element_function.hpp>
#include <deft/core/error.hpp>

#include "fused/portable/fused_sweep.hpp"
#include "fused/x86/code_generator.hpp"
#include "fused_epilogue.hpp"
#include "fused_in_place.hpp"
#include "fused_layout.hpp"
#include "kernels/blocks.hpp"

namespace deft {
namespace {

std::unique_ptr<FusedTile> tile_of(const TileStep& step) {
  switch (step.what.kind) {
    case StepKind::map:
      return map_tile(step);
    case StepKind::product:
    case StepKind::product_over_rows:
      return product_tile(step);
    case StepKind::reduction:
      return reduction_tile(step);
    case StepKind::zero_sum:
      return zero_sum_tile(step);
    case StepKind::reduction_of_rows:
      return row_reduction_tile(step);
    case StepKind::reduction_over_rows:
      return column_reduction_tile(step);
  }
  throw InternalError("a step of a fused group has no kernel");
}

FusedWork work_of(const FusedProgram& program, const FusedLayout& layout) {
  FusedWork work;
  for (const FusedProgram::Step& step : program.steps) {
    const TensorSpec input = layout.spec_of(step.operands.back());
    const auto read = static_cast<double>(input.shape.num_elements());
    if (const auto* map = std::get_if<MapForm>(&step.what.form)) {
      const auto made = static_cast<double>(step.spec.shape.num_elements());
      work += {made * map->function->facts.flops, made * map->function->nanoseconds(input.dtype)};
    } else if (std::holds_alternative<ProductForm>(step.what.form)) {
      work += {2 * read * static_cast<double>(step.spec.shape[0]), 0};
    } else {
      work += {read, 0};
    }
  }
  return work;
}

/// Goes over the rows block by block, and over a block tile by tile, where its steps need tiles.
/// Scratch is what the tiles of products and reductions leave for `finish`.
class FusedGroup {
 public:
  /// `first`: its first steps, if they have been made already.
  FusedGroup(const FusedProgram& program, const FusedLayout& layout, GeneratedSteps first,
             CodeGenerator* generator)
      : rows_(program.rows),
        tile_rows_(layout.tile_rows()),
        block_rows_(layout.block_rows()),
        thread_bytes_(layout.thread_bytes()),
        in_place_(in_place_inputs(program)),
        work_(work_of(program, layout)) {
    add_steps(program, layout, std::move(first), generator);
    for (std::size_t i = 0; i < program.steps.size(); ++i)
      leaves_rows_ =
          leaves_rows_ || (program.steps[i].output >= 0 && !reduces(program.steps[i].what.kind));
    for (const FusedProgram::Epilogue& epilogue : program.epilogues)
      epilogues_.emplace_back(epilogue, generator);
  }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    TileRun run{args, args.thread_scratch, 0, 0, 0};
    if (block_steps_.empty() && needs_no_tiles()) {
      run.first = begin * block_rows_;
      run.rows = std::min(end * block_rows_, rows_) - run.first;
      tile_steps_[0]->run(run);
    } else {
      run_together(run, begin, end);
    }
  }

  void run_together(TileRun& run, std::int64_t begin, std::int64_t end) const {
    const std::int64_t at_once = needs_no_tiles() ? block_rows_ : tile_rows_;
    for (std::int64_t block = begin; block < end; ++block) {
      run.block_first = block * block_rows_;
      const std::int64_t last = std::min(run.block_first + block_rows_, rows_);
      for (run.first = run.block_first; run.first < last; run.first += at_once) {
        run.rows = std::min(at_once, last - run.first);
        for (const auto& step : tile_steps_) step->run(run);
      }
      run.first = run.block_first;
      run.rows = last - run.block_first;
      for (const auto& step : block_steps_) step->run(run);
    }
  }

  void finish(const KernelArgs& args) const {
    for (const auto* steps : {&tile_steps_, &block_steps_})
      for (const auto& step : *steps) step->finish(args, args.scratch + step->partial_offset);
    for (const FusedEpilogue& epilogue : epilogues_) epilogue.run(args, args.thread_scratch);
  }

  Kernel kernel() && {
    std::size_t thread_bytes = thread_bytes_;
    for (const FusedEpilogue& epilogue : epilogues_) {
      work_ += epilogue.work();
      thread_bytes = std::max(thread_bytes, epilogue.scratch_bytes());
    }
    const bool combines = shared_bytes_ != 0 || !epilogues_.empty();
    std::vector<Kernel::Partials> partials = all_partials();
    const std::size_t shared_bytes = shared_bytes_;
    const FusedWork work = work_;
    const unsigned in_place = in_place_;
    Kernel made = make_blocked_kernel(std::move(*this), ceil_div(rows_, block_rows_), shared_bytes,
                                      work.flops);
    made.nanoseconds = work.nanoseconds;
    made.thread_scratch_bytes = thread_bytes;
    made.in_place = in_place;
    if (!combines) made.finish = nullptr;
    if (!leaves_rows_) made.partials = std::move(partials);
    return made;
  }

 private:
  bool needs_no_tiles() const { return tile_steps_.size() == 1 && tile_steps_[0]->takes_any_rows; }

  std::vector<Kernel::Partials> all_partials() const {
    std::vector<Kernel::Partials> all;
    for (const auto* steps : {&tile_steps_, &block_steps_})
      for (const auto& step : *steps)
        for (const Kernel::Partials& each : step->partials)
          if (each.bytes != 0)
            all.push_back({step->partial_offset + each.offset, each.block_bytes, each.bytes});
    return all;
  }

  /// What follows upon each other as machine code, or as a sweep; else one by one, as reductions
  /// are in any case.
  void add_steps(const FusedProgram& program, const FusedLayout& layout, GeneratedSteps first,
                 CodeGenerator* generator) {
    std::size_t done = 0;  // these steps, but for reductions
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
      const bool is_reduction = program.steps[i].what.kind == StepKind::reduction;
      if (i >= done && !is_reduction) {
        GeneratedSteps generated = std::exchange(first, {});
        if (generated.tile == nullptr && generator != nullptr)
          generated = generator->steps(program, layout, i);
        if (generated.tile != nullptr) {
          done = generated.end;
          add(std::move(generated.tile));
        } else if (auto sweep = fused_sweep(program, layout, i)) {
          done = sweep->tile.end;
          add(sweep_tile(std::move(*sweep), tile_rows_));
        }
      }
      if (i >= done || is_reduction) add(tile_of(layout.step(i)));
    }
  }

  void add(std::unique_ptr<FusedTile> tile) {
    tile->partial_offset = shared_bytes_;
    shared_bytes_ += whole_lines(tile->partial_bytes);
    (tile->per_block ? block_steps_ : tile_steps_).push_back(std::move(tile));
  }

  std::int64_t rows_;
  bool leaves_rows_ = false;  // in outputs
  std::int64_t tile_rows_;
  std::int64_t block_rows_;
  std::size_t thread_bytes_;
  unsigned in_place_;
  FusedWork work_;
  std::size_t shared_bytes_ = 0;
  std::vector<std::unique_ptr<const FusedTile>> tile_steps_;
  std::vector<std::unique_ptr<const FusedTile>> block_steps_;
  std::vector<FusedEpilogue> epilogues_;
};

}  // namespace

Kernel fused_kernel(const FusedProgram& program, CodeGenerator* generator) {
  return FusedGroup(program, FusedLayout(program), {}, generator).kernel();
}

std::optional<Kernel> generated_kernel(const FusedProgram& program, CodeGenerator& generator) {
  const FusedLayout layout(program);
  GeneratedSteps all = generator.steps(program, layout, 0);
  if (all.end != program.steps.size()) return std::nullopt;
  return FusedGroup(program, layout, std::move(all), &generator).kernel();
}

}  // namespace deft
