#include <cmath>
#include <limits>
#include <span>
#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "draw.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// step, and `like` [s] where there are two inputs -> [s] of its dtype, or [attribute "shape"] of
/// the attribute "dtype"
TensorSpec drawn(const InferContext& context) {
  require_step(context);
  if (context.inputs.size() > 1) return context.inputs[1];
  const auto& shape = context.attributes.get<Shape>("shape");
  require_known(context, shape, "a draw");
  return {context.attributes.get<DType>("dtype"), shape};
}

/// As `drawn`, if the op draws numbers of that dtype.
std::vector<TensorSpec> draw_of(const InferContext& context, bool (*fits)(DType),
                                const char* dtypes, const char* cure) {
  const TensorSpec output = drawn(context);
  if (!fits(output.dtype))
    context.fail(ErrorCode::dtype_mismatch,
                 "the dtype is " + std::string(to_string(output.dtype)) + ", but must be " + dtypes,
                 cure);
  return {output};
}

std::vector<TensorSpec> infer_floating_draw(const InferContext& context) {
  return draw_of(context, is_floating, "f32 or f64",
                 "draw floating numbers, or use random_integers");
}

std::vector<TensorSpec> infer_integers(const InferContext& context) {
  return draw_of(context, is_integer, "i32 or i64", "draw one of these, and cast it");
}

template <Distribution distribution>
Kernel prepare(const KernelContext& context) {
  return random_kernel(distribution, key_of(context.attributes), context);
}

/// The attribute "range" is the lowest integer, and the one above the highest.
Kernel prepare_integers(const KernelContext& context) {
  const auto& range = context.attributes.get<std::vector<std::int64_t>>("range");
  const std::uint64_t above_lowest =
      static_cast<std::uint64_t>(range[1]) - static_cast<std::uint64_t>(range[0]);
  return random_integers_kernel(range[0], above_lowest, key_of(context.attributes), context);
}

}  // namespace

namespace builtin {

extern constexpr OpDef random_uniform{
    .name = "random_uniform",
    .arity = {1, 2},
    .infer = infer_floating_draw,
    .gradient = zero_gradients,
    .kernel = prepare<Distribution::uniform>,
    .shape_only_inputs = 1U << 1,
};

extern constexpr OpDef random_normal{
    .name = "random_normal",
    .arity = {1, 2},
    .infer = infer_floating_draw,
    .gradient = zero_gradients,
    .kernel = prepare<Distribution::normal>,
    .shape_only_inputs = 1U << 1,
};

extern constexpr OpDef random_truncated_normal{
    .name = "random_truncated_normal",
    .arity = {1, 2},
    .infer = infer_floating_draw,
    .gradient = zero_gradients,
    .kernel = prepare<Distribution::truncated_normal>,
    .shape_only_inputs = 1U << 1,
};

extern constexpr OpDef random_integers{
    .name = "random_integers",
    .arity = {1, 1},
    .infer = infer_integers,
    .gradient = zero_gradients,
    .kernel = prepare_integers,
};

constexpr const OpDef* distribution_list[] = {&random_uniform, &random_normal,
                                              &random_truncated_normal, &random_integers};
extern constexpr std::span<const OpDef* const> distribution_ops = distribution_list;

}  // namespace builtin

namespace {

/// What a draw is like: another tensor, or a dtype and a shape.
struct Like {
  Output like;
  DType dtype;
  Shape shape;

  explicit Like(const Output& other) : like(other), dtype(other.dtype()), shape(other.shape()) {}
  Like(DType of, const Shape& with) : dtype(of), shape(with) {}
};

/// The standard draw of an op, named `name`.
Output standard(const OpDef& op, const Random& random, const Like& like, const Draw& draw,
                const std::string& name, SourceLocation where) {
  const NodeOptions node{.name = name, .where = where};
  if (!like.like.is_empty())
    return add_node(op, {random.step(), like.like}, {{"key", draw.key}}, node);
  return add_node(op, {random.step()},
                  {{"dtype", like.dtype}, {"shape", like.shape}, {"key", draw.key}}, node);
}

[[noreturn]] void refuse(const OpDef& op, const std::string& message, const std::string& cure,
                         const std::string& name, SourceLocation where) {
  throw GraphError({.code = ErrorCode::invalid_argument,
                    .message = message,
                    .cure = cure,
                    .op = std::string(op.name),
                    .node = name,
                    .where = where});
}

/// A draw times `scale`, plus `offset`.
Output scaled(const OpDef& op, const Random& random, const Like& like, const Draw& draw,
              double scale, double offset, SourceLocation where) {
  if (scale == 1 && offset == 0) return standard(op, random, like, draw, draw.name, where);
  const Output plain = standard(op, random, like, draw, draw.name + "/standard", where);
  const Output wide =
      mul(plain, Operand(scale, where), {.name = draw.name + "/scaled", .where = where});
  return add(wide, Operand(offset, where), {.name = draw.name, .where = where});
}

double rounded(double bound, DType dtype) {
  return dtype == DType::f64 ? bound : static_cast<float>(bound);
}

/// The number below `high`, which has a value of the dtype, that is next to it.
double below(double high, DType dtype) {
  if (dtype == DType::f64) return std::nextafter(high, -std::numeric_limits<double>::infinity());
  return std::nextafter(static_cast<float>(high), -std::numeric_limits<float>::infinity());
}

Output uniform(const Random& random, const Like& like, const UniformOptions& options) {
  const OpDef& op = builtin::random_uniform;
  const Draw draw(random, op.name, {.stream = options.stream, .name = options.name});
  const double low = rounded(options.low, like.dtype);
  const double high = rounded(options.high, like.dtype);
  const double width = high - low;
  if (!(width > 0) || !std::isfinite(width))
    refuse(op,
           "there are no numbers from " + std::to_string(options.low) + " up to " +
               std::to_string(options.high),
           "give finite bounds, low below high", draw.name, options.where);
  if (options.low == 0 && options.high == 1)
    return standard(op, random, like, draw, draw.name, options.where);
  // Sums are rounded, up to `high` itself.
  Draw inner = draw;
  inner.name += "/rounded";
  const Output sum = scaled(op, random, like, inner, width, low, options.where);
  return minimum(sum, Operand(below(high, like.dtype), options.where),
                 {.name = draw.name, .where = options.where});
}

Output normal(const OpDef& op, const Random& random, const Like& like,
              const NormalOptions& options) {
  const Draw draw(random, op.name, {.stream = options.stream, .name = options.name});
  if (!(options.stddev >= 0) || !std::isfinite(options.stddev) || !std::isfinite(options.mean))
    refuse(op,
           "no numbers have the mean " + std::to_string(options.mean) +
               " and the standard deviation " + std::to_string(options.stddev),
           "give finite numbers, the second of them at least 0", draw.name, options.where);
  return scaled(op, random, like, draw, options.stddev, options.mean, options.where);
}

Output bernoulli(const Random& random, const Like& like, const Operand& p,
                 const DrawOptions& options) {
  const Draw draw(random, "random_bernoulli", options);
  const Output number =
      standard(builtin::random_uniform, random, like, draw, draw.name + "/uniform", options.where);
  const Output* const given = p.output();
  const Operand share = given == nullptr || given->is_empty() || given->shape().rank() == 0
                            ? p
                            : Operand(broadcast_like(*given, number, {.where = options.where}));
  return less(number, share, {.name = draw.name, .where = options.where});
}

/// In what dtype a probability is compared.
DType dtype_of_probability(const Operand& p) {
  const bool is_f64 = (p.output() != nullptr && p.output()->dtype() == DType::f64) ||
                      (p.tensor() != nullptr && p.tensor()->dtype() == DType::f64);
  return is_f64 ? DType::f64 : DType::f32;
}

}  // namespace

Output random_uniform(const Random& random, DType dtype, const Shape& shape,
                      const UniformOptions& options) {
  return uniform(random, Like(dtype, shape), options);
}

Output random_uniform_like(const Random& random, const Output& like,
                           const UniformOptions& options) {
  return uniform(random, Like(like), options);
}

Output random_normal(const Random& random, DType dtype, const Shape& shape,
                     const NormalOptions& options) {
  return normal(builtin::random_normal, random, Like(dtype, shape), options);
}

Output random_normal_like(const Random& random, const Output& like, const NormalOptions& options) {
  return normal(builtin::random_normal, random, Like(like), options);
}

Output random_truncated_normal(const Random& random, DType dtype, const Shape& shape,
                               const NormalOptions& options) {
  return normal(builtin::random_truncated_normal, random, Like(dtype, shape), options);
}

Output random_integers(const Random& random, DType dtype, const Shape& shape, std::int64_t low,
                       std::int64_t high, const DrawOptions& options) {
  const OpDef& op = builtin::random_integers;
  const Draw draw(random, op.name, options);
  const bool fits =
      dtype != DType::i32 || (low >= std::numeric_limits<std::int32_t>::min() &&
                              high <= std::int64_t{std::numeric_limits<std::int32_t>::max()} + 1);
  if (low >= high || !fits)
    refuse(op,
           "there are no " + std::string(to_string(dtype)) + " integers from " +
               std::to_string(low) + " up to " + std::to_string(high),
           "give bounds of the dtype, low below high", draw.name, options.where);
  const std::vector<std::int64_t> range{low, high};
  return add_node(op, {random.step()},
                  {{"dtype", dtype}, {"shape", shape}, {"range", range}, {"key", draw.key}},
                  {.name = draw.name, .where = options.where});
}

Output random_bernoulli(const Random& random, const Shape& shape, const Operand& p,
                        const DrawOptions& options) {
  return bernoulli(random, Like(dtype_of_probability(p), shape), p, options);
}

Output random_bernoulli_like(const Random& random, const Output& like, const Operand& p,
                             const DrawOptions& options) {
  // Of another dtype only the shape counts: the cast is not computed.
  const Output numbers = is_floating(like.dtype())
                             ? like
                             : cast(like, dtype_of_probability(p), {.where = options.where});
  return bernoulli(random, Like(numbers), p, options);
}

}  // namespace deft
