#include "moments.hpp"

#include <algorithm>
#include <limits>

#include "deviations.hpp"
#include "kernels/blocks.hpp"
#include "reducer.hpp"
#include "reduction_plan.hpp"

namespace deft {
namespace {

constexpr double flops_per_element = 4;

std::size_t to_size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// What one part of the data says of one output.
struct Partial {
  double count = 0;
  double mean = 0;
  double deviations = 0;  // sum of the squares of those from `mean`
};

/// One part of one output, or of neighbouring outputs: a panel of columns.
struct Task {
  std::int64_t output = 0;  // the first
  std::int64_t width = 1;   // outputs
  std::int64_t offset = 0;  // of the first element
  std::int64_t part = 0;
};

template <class T>
class MomentsBody {
 public:
  explicit MomentsBody(const ReductionPlan& plan, DType dtype)
      : plan_(plan), sums_(reducer(Reduction::sum, dtype)), deviations_(deviations(dtype)) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t last = std::min(end * plan_.panels_per_block, plan_.panels * plan_.parts);
    for (std::int64_t at = begin * plan_.panels_per_block; at < last; ++at) {
      const Task task = task_at(at);
      if (plan_.last_reduced)
        row(args, task);
      else
        columns(args, task);
    }
  }

  /// Combines the parts of every output in order: scratch is [parts][outputs].
  void finish(const KernelArgs& args) const {
    for (std::int64_t output = 0; output < plan_.outputs; ++output) {
      Partial whole;
      for (std::int64_t part = 0; part < plan_.parts; ++part) {
        const Partial& each = *partial(args, part, output);
        whole.count += each.count;
        whole.mean += each.count * each.mean;
      }
      whole.mean /= whole.count;
      for (std::int64_t part = 0; part < plan_.parts; ++part) {
        const Partial& each = *partial(args, part, output);
        const double between = each.mean - whole.mean;
        whole.deviations += each.deviations + each.count * (between * between);
      }
      store(args, output, whole);
    }
  }

 private:
  static const T* element(const KernelArgs& args, std::int64_t at) { return args.input<T>(0) + at; }

  Partial* partial(const KernelArgs& args, std::int64_t part, std::int64_t output) const {
    return reinterpret_cast<Partial*>(args.scratch) + part * plan_.outputs + output;
  }

  static void store(const KernelArgs& args, std::int64_t output, const Partial& whole) {
    args.output<T>(0)[output] = static_cast<T>(whole.mean);
    args.output<T>(1)[output] = static_cast<T>(whole.deviations / whole.count);
  }

  /// Hands over what a task has found for its output k: to the output itself, or to `finish`.
  void deliver(const KernelArgs& args, const Task& task, std::int64_t k,
               const Partial& made) const {
    if (plan_.parts == 1)
      store(args, task.output + k, made);
    else
      *partial(args, task.part, task.output + k) = made;
  }

  Task task_at(std::int64_t at) const {
    if (plan_.last_reduced) {
      const std::int64_t output = at / plan_.parts;
      return {.output = output, .offset = plan_.kept.offset(output), .part = at % plan_.parts};
    }
    const std::int64_t row = at / plan_.panels_per_row;
    const std::int64_t outer = row / plan_.parts;
    const std::int64_t column = at % plan_.panels_per_row * plan_.panel;
    return {.output = outer * plan_.length + column,
            .width = std::min(plan_.panel, plan_.length - column),
            .offset = plan_.kept.offset(outer) + column,
            .part = row % plan_.parts};
  }

  /// Calls visit(first element, elements) for the pieces of a row that a task is made of.
  template <class Visit>
  void for_each_piece(const Task& task, Visit visit) const {
    const std::int64_t first = task.part * plan_.pieces_per_part;
    const std::int64_t last = std::min(first + plan_.pieces_per_part, plan_.pieces);
    for (std::int64_t piece = first; piece < last; ++piece) {
      const std::int64_t within = piece % plan_.pieces_per_row * plan_.piece;
      visit(task.offset + plan_.outer.offset(piece / plan_.pieces_per_row) + within,
            std::min(plan_.piece, plan_.length - within));
    }
  }

  void row(const KernelArgs& args, const Task& task) const {
    Partial made;
    for_each_piece(task, [&](std::int64_t at, std::int64_t length) {
      made.count += static_cast<double>(length);
      sums_.rows(element(args, at), 1, to_size(length), 0, 0, &made.mean);
    });
    made.mean /= made.count;
    for_each_piece(task, [&](std::int64_t at, std::int64_t length) {
      made.deviations += deviations_.row(element(args, at), to_size(length), made.mean);
    });
    deliver(args, task, 0, made);
  }

  /// Calls visit(first element, rows) for the stretches of neighbouring rows in memory that a task
  /// is made of.
  template <class Visit>
  void for_each_stretch(const Task& task, Visit visit) const {
    std::int64_t first = task.part * plan_.pieces_per_part;
    const std::int64_t last = std::min(first + plan_.pieces_per_part, plan_.pieces);
    while (first < last) {
      const std::int64_t within = first % plan_.adjacent;
      const std::int64_t rows = std::min(plan_.adjacent - within, last - first);
      visit(task.offset + plan_.outer.offset(first / plan_.adjacent) + within * plan_.length, rows);
      first += rows;
    }
  }

  void columns(const KernelArgs& args, const Task& task) const {
    alignas(64) double means[ReductionPlan::max_panel];
    alignas(64) double squares[ReductionPlan::max_panel];
    const std::size_t width = to_size(task.width);
    const std::size_t stride = to_size(plan_.length);
    std::fill_n(means, width, 0.0);
    std::fill_n(squares, width, 0.0);
    double count = 0;
    for_each_stretch(task, [&](std::int64_t at, std::int64_t rows) {
      count += static_cast<double>(rows);
      sums_.columns(element(args, at), to_size(rows), width, stride, 0, means);
    });
    for (std::size_t k = 0; k < width; ++k) means[k] /= count;
    for_each_stretch(task, [&](std::int64_t at, std::int64_t rows) {
      deviations_.columns(element(args, at), to_size(rows), width, stride, means, squares);
    });
    for (std::size_t k = 0; k < width; ++k)
      deliver(args, task, static_cast<std::int64_t>(k), {count, means[k], squares[k]});
  }

  ReductionPlan plan_;
  Reducer sums_;
  Deviations deviations_;
};

/// Moments of one element, x and (x - x)^2, or of none.
template <class T>
Kernel trivial_kernel(const ReductionPlan& plan, std::int64_t outputs) {
  const bool nothing = plan.reduced == 0;
  const auto run = [=](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
    const std::int64_t last = std::min(end * block_elements, outputs);
    for (std::int64_t i = begin * block_elements; i < last; ++i) {
      const T x = nothing ? std::numeric_limits<T>::quiet_NaN() : args.input<T>(0)[i];
      args.output<T>(0)[i] = x;
      args.output<T>(1)[i] = (x - x) * (x - x);
    }
  };
  return make_blocked_kernel(run, ceil_div(outputs, block_elements), 0,
                             static_cast<double>(outputs));
}

template <class T>
Kernel kernel_of(const ReductionPlan& plan, const KernelContext& context) {
  if (plan.reduced <= 1) return trivial_kernel<T>(plan, context.outputs[0].shape.num_elements());
  const std::size_t scratch =
      plan.parts > 1 ? to_size(plan.parts * plan.outputs) * sizeof(Partial) : 0;
  const double elements = static_cast<double>(context.inputs[0].shape.num_elements());
  Kernel kernel = make_blocked_kernel(MomentsBody<T>(plan, context.inputs[0].dtype), plan.blocks(),
                                      scratch, flops_per_element * elements);
  if (plan.parts == 1) kernel.finish = nullptr;
  return kernel;
}

}  // namespace

Kernel moments_kernel(AxisSet axes, const KernelContext& context) {
  const ReductionPlan plan(context.inputs[0].shape, axes);
  if (context.outputs[0].shape.num_elements() == 0) return {};
  return context.inputs[0].dtype == DType::f64 ? kernel_of<double>(plan, context)
                                               : kernel_of<float>(plan, context);
}

}  // namespace deft
