#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <type_traits>

#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "kernels/blocks.hpp"
#include "kernels/environment/standard_arithmetic.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

[[noreturn]] void fail_length(const InferContext& context) {
  context.fail(ErrorCode::overflow, "the number of elements does not fit in 63 bits",
               "make the step larger");
}

/// An attribute as a number of type T, without rounding where that is an integer.
template <class T>
T number_of(const Attributes& attributes, std::string_view name) {
  return scalar_tensor(scalar_attribute(attributes, name), dtype_of<T>()).template item<T>();
}

std::int64_t count_of(const InferContext& context, double start, double stop, double step) {
  if (!std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(step) || step == 0)
    context.fail(ErrorCode::invalid_argument,
                 "a range from " + std::to_string(start) + " to " + std::to_string(stop) +
                     " in steps of " + std::to_string(step) + " has no end",
                 "give finite numbers, and a step that is not 0");
  const double count = std::ceil((stop - start) / step);
  if (!(count < 0x1p63)) fail_length(context);
  return count > 0 ? static_cast<std::int64_t>(count) : 0;
}

std::int64_t count_of(const InferContext& context, std::int64_t start, std::int64_t stop,
                      std::int64_t step) {
  if (step == 0)
    context.fail(ErrorCode::invalid_argument, "the step is 0", "a step is 1 or more, or negative");
  if (step > 0 ? start >= stop : start <= stop) return 0;
  const auto from = static_cast<std::uint64_t>(step > 0 ? start : stop);
  const auto to = static_cast<std::uint64_t>(step > 0 ? stop : start);
  const auto stride = static_cast<std::uint64_t>(step);
  const std::uint64_t count = (to - from - 1) / (step > 0 ? stride : 0 - stride) + 1;
  if (count >> 63U != 0) fail_length(context);
  return static_cast<std::int64_t>(count);
}

/// Element i. Integers are added modulo 2^64: what the shape rule lets through fits.
double element(double start, double step, std::int64_t i) {
  return start + static_cast<double>(i) * step;
}
std::int64_t element(std::int64_t start, std::int64_t step, std::int64_t i) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                   static_cast<std::uint64_t>(i) *
                                       static_cast<std::uint64_t>(step));
}

/// The type in which elements are computed.
template <class T>
using Computed = std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;

/// -> [as many elements as lie before the attribute "stop"]; the dtype must have the first and the
/// last
std::vector<TensorSpec> infer_range(const InferContext& context) {
  const StandardArithmetic arithmetic;
  const DType dtype = context.attributes.get<DType>("dtype");
  if (size_of(dtype) == 0) return {{dtype, Shape{0}}};  // which the graph refuses
  if (!is_numeric(dtype))
    context.fail(ErrorCode::dtype_mismatch,
                 "a range is of a numeric dtype, not of " + std::string(to_string(dtype)),
                 "make it of i32, and cast it");
  return visit_numeric(dtype, [&]<class T>(std::type_identity<T>) -> std::vector<TensorSpec> {
    using C = Computed<T>;
    const C start = number_of<C>(context.attributes, "start");
    const C step = number_of<C>(context.attributes, "step");
    const std::int64_t count =
        count_of(context, start, number_of<C>(context.attributes, "stop"), step);
    if (count > 0) {
      scalar_tensor(start, dtype);
      scalar_tensor(element(start, step, count - 1), dtype);
    }
    return {{dtype, Shape{count}}};
  });
}

/// like [..., n, ...] -> i64[n]
std::vector<TensorSpec> infer_range_like(const InferContext& context) {
  const Shape& like = context.inputs[0].shape;
  return {{DType::i64, Shape{like.dims()[check_axis(context, like.rank())]}}};
}

template <class T>
struct Range {
  Computed<T> start;
  Computed<T> step;
  std::int64_t count;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t last = std::min(end * block_elements, count);
    for (std::int64_t i = begin * block_elements; i < last; ++i)
      args.output<T>()[i] = static_cast<T>(element(start, step, i));
  }
};

template <class T>
Kernel range_kernel(Computed<T> start, Computed<T> step, std::int64_t count) {
  if (count == 0) return {};
  return make_blocked_kernel(Range<T>{start, step, count}, ceil_div(count, block_elements), 0,
                             2 * static_cast<double>(count));
}

Kernel prepare_range(const KernelContext& context) {
  return visit_numeric(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    return range_kernel<T>(number_of<Computed<T>>(context.attributes, "start"),
                           number_of<Computed<T>>(context.attributes, "step"),
                           context.outputs[0].shape.num_elements());
  });
}

Kernel prepare_range_like(const KernelContext& context) {
  return range_kernel<std::int64_t>(0, 1, context.outputs[0].shape.num_elements());
}

}  // namespace

namespace builtin {

extern constexpr OpDef range{
    .name = "range",
    .infer = infer_range,
    .gradient = zero_gradients,
    .kernel = prepare_range,
};

extern constexpr OpDef range_like{
    .name = "range_like",
    .arity = {1, 1},
    .infer = infer_range_like,
    .gradient = zero_gradients,
    .kernel = prepare_range_like,
    .shape_only_inputs = 1U << 0,
};

constexpr const OpDef* range_list[] = {&range, &range_like};
extern constexpr std::span<const OpDef* const> range_ops = range_list;

}  // namespace builtin

Output range(const Graph& graph, DType dtype, const Scalar& start, const Scalar& stop,
             const Scalar& step, const NodeOptions& options) {
  return graph.add(builtin::range, {},
                   {{"dtype", dtype},
                    {"start", scalar_attribute(start)},
                    {"stop", scalar_attribute(stop)},
                    {"step", scalar_attribute(step)}},
                   options);
}

Output range_like(const Output& like, std::int64_t axis, const NodeOptions& options) {
  return add_node(builtin::range_like, {like}, {{"axis", axis}}, options);
}

/// start + i h, with h = (stop - start) / (count - 1), and `stop` itself at the end, as NumPy has
/// it. Where the difference overflows, halves of both bounds make half of it.
Output linspace(const Graph& graph, DType dtype, double start, double stop, std::int64_t count,
                const NodeOptions& options) {
  const auto refuse = [&](ErrorCode code, const std::string& message, const char* cure) {
    throw GraphError({.code = code,
                      .message = message,
                      .cure = cure,
                      .op = "linspace",
                      .node = std::string(options.name),
                      .where = options.where});
  };
  if (!is_floating(dtype))
    refuse(ErrorCode::dtype_mismatch, "is of f32 or f64, not of " + std::string(to_string(dtype)),
           "cast what it gives");
  if (count < 0)
    refuse(ErrorCode::invalid_argument, "is asked for " + std::to_string(count) + " numbers",
           "ask for 0 or more");
  const NodeOptions here{.where = options.where};
  const StandardArithmetic arithmetic;
  const double parts = count > 1 ? static_cast<double>(count - 1) : 1;
  const double scale = std::isfinite(stop - start) ? 1 : 0.5;
  const double h = (stop * scale - start * scale) / parts;
  const Output i = range(graph, DType::f64, 0, count, 1, here);
  const Output inner = add(mul(i, h, here), start * scale, here);
  const Output line = scale == 1 ? inner : mul(inner, 1 / scale, here);
  const Output is_before_last = less(i, parts, here);
  return cast(count > 1 ? where(is_before_last, line, stop, here) : line, dtype, options);
}

}  // namespace deft
