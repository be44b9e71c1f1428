#include "reduction.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include <deft/core/visit_dtype.hpp>

#include "kernels/blocks.hpp"
#include "kernels/elementwise/elementwise.hpp"
#include "reducer.hpp"
#include "reduction_plan.hpp"
#include "row_reduction.hpp"

namespace deft {
namespace {

constexpr std::int64_t max_accumulators = 8192;  // at a time, on the stack
constexpr std::int64_t wide_rows = 8;            // that share a load and a store of accumulators
constexpr std::int64_t cached_elements = 8192;   // of rows that are read once per few columns
constexpr std::size_t near_bytes = 16384;        // half of a first-level cache
constexpr std::size_t far_bytes = 1 << 22;       // hardly found in a cache
constexpr std::size_t ahead_bytes = 2048;        // of far memory, asked for before they are needed

std::size_t to_size(std::int64_t n) { return static_cast<std::size_t>(n); }

class ReductionBody {
 public:
  ReductionBody(const ReductionPlan& plan, const Reducer& loops, double divisor)
      : plan_(plan),
        loops_(loops),
        divisor_(divisor),
        far_(to_size(plan.outputs * plan.reduced) * loops.element_size > far_bytes) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    if (!plan_.last_reduced) return run_panels(args, begin, end);
    for (std::int64_t block = begin; block < end; ++block) {
      if (plan_.parts > 1)
        run_part(args, block / plan_.parts, block % plan_.parts);
      else
        run_outputs(args, block);
    }
  }

  /// Combines the parts of every output in order: scratch is [parts][outputs].
  void finish(const KernelArgs& args) const {
    if (plan_.parts == 1) return;
    for (std::int64_t first = 0; first < plan_.outputs; first += max_accumulators) {
      const std::int64_t count = std::min(max_accumulators, plan_.outputs - first);
      Accumulators accumulators;
      loops_.clear(accumulators.bytes, to_size(count));
      for (std::int64_t part = 0; part < plan_.parts; ++part)
        loops_.combine(partials(args, part, first), to_size(count), accumulators.bytes);
      store(args, accumulators, first, count);
    }
  }

 private:
  struct Accumulators {
    alignas(64) std::byte bytes[max_accumulators * sizeof(double)];
  };

  const std::byte* element(const KernelArgs& args, std::int64_t at) const {
    return args.input<std::byte>(0) + to_size(at) * loops_.element_size;
  }

  std::byte* partials(const KernelArgs& args, std::int64_t part, std::int64_t output) const {
    return args.scratch + to_size(part * plan_.outputs + output) * loops_.accumulator_size;
  }

  /// Reducer's `ahead`, where elements are read in the order of memory.
  std::size_t ahead() const { return far_ ? ahead_bytes / loops_.element_size : 0; }

  void store(const KernelArgs& args, const Accumulators& accumulators, std::int64_t first,
             std::int64_t count) const {
    loops_.store(accumulators.bytes, to_size(count), divisor_,
                 args.output<std::byte>() + to_size(first) * loops_.element_size);
  }

  /// One part of one output, into scratch.
  void run_part(const KernelArgs& args, std::int64_t output, std::int64_t part) const {
    const std::int64_t first = part * plan_.pieces_per_part;
    std::byte* accumulator = partials(args, part, output);
    loops_.clear(accumulator, 1);
    take_pieces(args, output, first, std::min(first + plan_.pieces_per_part, plan_.pieces),
                accumulator);
  }

  /// The outputs of one block, whole.
  void run_outputs(const KernelArgs& args, std::int64_t block) const {
    const std::int64_t end = std::min((block + 1) * plan_.panels_per_block, plan_.outputs);
    for (std::int64_t first = block * plan_.panels_per_block; first < end;
         first += max_accumulators) {
      const std::int64_t count = std::min(max_accumulators, end - first);
      Accumulators accumulators;
      loops_.clear(accumulators.bytes, to_size(count));
      if (plan_.outer.rank == 0 && plan_.kept.rank <= 1) {
        reduce_rows(loops_, plan_, element(args, first * plan_.length), to_size(count), ahead(),
                    accumulators.bytes);
      } else {
        for (std::int64_t i = 0; i < count; ++i)
          take_pieces(args, first + i, 0, plan_.pieces,
                      accumulators.bytes + to_size(i) * loops_.accumulator_size);
      }
      store(args, accumulators, first, count);
    }
  }

  void take_pieces(const KernelArgs& args, std::int64_t output, std::int64_t first,
                   std::int64_t last, std::byte* accumulator) const {
    const bool in_order = plan_.outer.rank == 0;  // else the next piece is elsewhere
    const std::int64_t base = plan_.kept.offset(output);
    for (std::int64_t piece = first; piece < last; ++piece) {
      const std::int64_t within = piece % plan_.pieces_per_row * plan_.piece;
      const std::int64_t row = base + plan_.outer.offset(piece / plan_.pieces_per_row);
      loops_.rows(element(args, row + within), 1,
                  to_size(std::min(plan_.piece, plan_.length - within)), 0, in_order ? ahead() : 0,
                  accumulator);
    }
  }

  struct Panel {
    std::int64_t first_output;
    std::int64_t width;
    std::int64_t offset;  // of its first column in the first row
  };

  /// Panel `index` of row `outer` of outputs, joined with as many of the next `count` panels as
  /// fit: the longer the pieces of rows, the faster is memory. Where rows are few, accumulators in
  /// a near cache are worth more.
  Panel panel_at(std::int64_t outer, std::int64_t index, std::int64_t count) const {
    const std::int64_t most = plan_.pieces < wide_rows ? 1 : max_accumulators / plan_.panel;
    const std::int64_t column = index * plan_.panel;
    return {outer * plan_.length + column,
            std::min(std::min(count, most) * plan_.panel, plan_.length - column),
            plan_.kept.offset(outer) + column};
  }

  /// Blocks [begin, end), in which the panels of one part of one row of outputs are neighbours.
  void run_panels(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t last = std::min(end * plan_.panels_per_block, plan_.panels * plan_.parts);
    for (std::int64_t at = begin * plan_.panels_per_block; at < last;) {
      const std::int64_t row = at / plan_.panels_per_row;
      const Panel panel = panel_at(row / plan_.parts, at % plan_.panels_per_row, last - at);
      run_panel(args, panel, row % plan_.parts);
      at += ceil_div(panel.width, plan_.panel);
    }
  }

  void run_panel(const KernelArgs& args, const Panel& panel, std::int64_t part) const {
    const std::int64_t first = part * plan_.pieces_per_part;
    Accumulators accumulators;
    take_rows(args, panel, first, std::min(first + plan_.pieces_per_part, plan_.pieces),
              accumulators);
    if (plan_.parts > 1)
      std::memcpy(partials(args, part, panel.first_output), accumulators.bytes,
                  to_size(panel.width) * loops_.accumulator_size);
    else
      store(args, accumulators, panel.first_output, panel.width);
  }

  /// Rows [first, last) of a panel. Rows that are neighbours in memory and shorter than a few
  /// vectors are taken `fold` at a time into as many sets of accumulators, combined at the end.
  void take_rows(const KernelArgs& args, const Panel& panel, std::int64_t first, std::int64_t last,
                 Accumulators& accumulators) const {
    const std::int64_t fold = plan_.fold;
    loops_.clear(accumulators.bytes, to_size(panel.width * fold));
    while (first < last) {
      const std::int64_t within = first % plan_.adjacent;
      const std::int64_t count = std::min(plan_.adjacent - within, last - first);
      const std::int64_t at =
          panel.offset + plan_.outer.offset(first / plan_.adjacent) + within * plan_.length;
      take_neighbours(args, at, count / fold, panel.width * fold, plan_.length * fold,
                      accumulators);
      const std::int64_t taken = count / fold * fold;
      if (taken < count)
        take_neighbours(args, at + taken * plan_.length, 1, panel.width * (count - taken), 0,
                        accumulators);
      first += count;
    }
    const std::size_t set = to_size(panel.width) * loops_.accumulator_size;
    for (std::int64_t i = 1; i < fold; ++i)
      loops_.combine(accumulators.bytes + to_size(i) * set, to_size(panel.width),
                     accumulators.bytes);
  }

  /// A few columns of several rows at a time save loads and stores of accumulators. But from memory
  /// nothing is as fast as rows that are read from the first element to the last.
  void take_neighbours(const KernelArgs& args, std::int64_t at, std::int64_t count,
                       std::int64_t width, std::int64_t stride, Accumulators& accumulators) const {
    const bool in_order =
        far_ && stride == width && to_size(width) * loops_.accumulator_size <= near_bytes;
    const std::int64_t at_once = in_order ? 1 : std::max(wide_rows, cached_elements / width);
    const std::size_t row_ahead = at_once > wide_rows ? 0 : ahead() / to_size(at_once);
    for (std::int64_t row = 0; row < count; row += at_once)
      loops_.columns(element(args, at + row * stride), to_size(std::min(at_once, count - row)),
                     to_size(width), to_size(stride), row_ahead, accumulators.bytes);
  }

  ReductionPlan plan_;
  Reducer loops_;
  double divisor_;
  bool far_;
};

/// The sum, product or mean of no elements.
Tensor of_nothing(Reduction reduction, DType dtype) {
  if (reduction == Reduction::mean)
    return visit_floating(dtype, []<class T>(std::type_identity<T>) {
      return Tensor::scalar(std::numeric_limits<T>::quiet_NaN());
    });
  return visit_numeric(dtype, [&]<class T>(std::type_identity<T>) {
    return Tensor::scalar(reduction == Reduction::product ? T{1} : T{0});
  });
}

}  // namespace

Kernel reduction_kernel(Reduction reduction, AxisSet axes, const KernelContext& context) {
  const TensorSpec& input = context.inputs[0];
  const ReductionPlan plan(input.shape, axes);
  if (plan.outputs == 0) return {};
  if (plan.reduced == 1) return Kernel::forward();
  if (plan.reduced == 0) return fill_kernel(of_nothing(reduction, input.dtype), context);
  const Reducer loops = reducer(reduction, input.dtype);
  const double divisor = reduction == Reduction::mean ? static_cast<double>(plan.reduced) : 1;
  const std::size_t scratch =
      plan.parts > 1 ? to_size(plan.parts * plan.outputs) * loops.accumulator_size : 0;
  Kernel kernel = make_blocked_kernel(ReductionBody(plan, loops, divisor), plan.blocks(), scratch,
                                      static_cast<double>(input.shape.num_elements()));
  if (plan.parts == 1) kernel.finish = nullptr;
  return kernel;
}

}  // namespace deft
