#include <deft/ops/derivatives.hpp>

#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/movement.hpp>

#include "gradient_check.hpp"

namespace deft {
namespace {

[[noreturn]] void refuse(std::string_view op, std::string message, std::string cure,
                         SourceLocation where) {
  throw GradientError({.code = ErrorCode::shape_mismatch,
                       .message = std::move(message),
                       .cure = std::move(cure),
                       .op = std::string(op),
                       .where = where});
}

/// As check_gradient_arguments, for ys of any shape.
void check_arguments(const std::vector<Output>& ys, const std::vector<Output>& xs,
                     SourceLocation where) {
  check_gradient_arguments(ys, xs, {.grad_ys = ys, .where = where});
}

/// Throws GradientError unless a tensor of both shapes, one behind the other, can be built.
void check_shapes(std::string_view op, const Output& y, const Output& x, SourceLocation where) {
  for (const Output* output : {&y, &x})
    if (!output->shape().is_fully_defined())
      refuse(op,
             "'" + output->name() + "' has the shape " + output->shape().to_string() +
                 ", but all dimensions must be known when a " + std::string(op) + " is built",
             "give it a shape that is fully defined, or use products with vectors: jvp, gradients",
             where);
  const std::size_t rank = y.shape().rank() + x.shape().rank();
  if (rank > Shape::max_rank)
    refuse(op,
           "'" + y.name() + "' is " + to_string(y.spec()) + ", '" + x.name() + "' is " +
               to_string(x.spec()) + ": together they have " + std::to_string(rank) +
               " dimensions, but a tensor has at most " + std::to_string(Shape::max_rank),
           "reshape them to fewer dimensions", where);
}

/// Some gradients that are not known to be zero, and a seed for each.
struct Seeded {
  std::vector<Output> ys;
  std::vector<Output> seeds;

  Seeded(const std::vector<Output>& gradients, const std::vector<Output>& vs) {
    for (std::size_t i = 0; i < gradients.size(); ++i)
      if (!gradients[i].is_empty()) {
        ys.push_back(gradients[i]);
        seeds.push_back(vs[i]);
      }
  }

  /// The gradients of sum_i <seeds[i], ys[i]>.
  std::vector<Output> differentiated(const std::vector<Output>& xs, SourceLocation where) const {
    if (!ys.empty()) return gradients(ys, xs, {.grad_ys = seeds, .where = where});
    std::vector<Output> results;
    results.reserve(xs.size());
    for (const Output& x : xs) results.push_back(zeros_like(x));
    return results;
  }
};

/// J^T u: u, one per y, of no matter which values, and the product, one per x; empty where it is
/// zero.
struct Transposed {
  std::vector<Output> u;
  std::vector<Output> product;

  Transposed(const std::vector<Output>& ys, const std::vector<Output>& xs, SourceLocation where) {
    u.reserve(ys.size());
    for (const Output& y : ys) u.push_back(zeros_like(y));
    product = gradients(ys, xs, {.grad_ys = u, .unconnected = Unconnected::none, .where = where});
  }
};

/// Zeros of the dtype and shape of `like`, but 1 at `element`.
Output unit(const Output& like, std::int64_t element) {
  const Output index = constant(like.graph(), Tensor::scalar(element));
  return reshape(one_hot(index, like.shape().num_elements(), {.dtype = like.dtype()}),
                 like.shape());
}

/// The rows of the Jacobian with respect to each of xs: [x...] for each element of y.
std::vector<std::vector<Output>> rows(const Output& y, const std::vector<Output>& xs,
                                      SourceLocation where) {
  std::vector<std::vector<Output>> results(xs.size());
  const std::int64_t count = y.shape().num_elements();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::vector<Output> row = gradients({y}, xs, {.grad_ys = {unit(y, i)}, .where = where});
    for (std::size_t k = 0; k < xs.size(); ++k) results[k].push_back(row[k]);
  }
  return results;
}

/// Its columns: [y...] for each element of the xs; none where they are zero.
std::vector<std::vector<Output>> columns(const Output& y, const std::vector<Output>& xs,
                                         SourceLocation where) {
  std::vector<std::vector<Output>> results(xs.size());
  const Transposed transposed({y}, xs, where);
  for (std::size_t k = 0; k < xs.size(); ++k) {
    const Output& product = transposed.product[k];
    const std::int64_t count = product.is_empty() ? 0 : xs[k].shape().num_elements();
    for (std::int64_t i = 0; i < count; ++i)
      results[k].push_back(
          gradient(product, transposed.u.front(), {.grad_ys = {unit(xs[k], i)}, .where = where}));
  }
  return results;
}

/// The parts along `axis`, or zeros if there is none, as [y..., x...].
Output assembled(const Composite& made, const std::vector<Output>& parts, std::int64_t axis,
                 const Output& y, const Output& x) {
  std::vector<std::int64_t> dims(y.shape().dims().begin(), y.shape().dims().end());
  dims.insert(dims.end(), x.shape().dims().begin(), x.shape().dims().end());
  const Shape shape(dims);
  if (parts.empty()) return zeros(made.graph(), x.dtype(), shape, made.result());
  const Output whole = made.inside([&] {
    const Output stacked = stack(parts, axis);
    return stacked.dtype() == x.dtype() ? stacked : cast(stacked, x.dtype());
  });
  return reshape(whole, shape, made.result());
}

/// Whether the columns of a Jacobian are to be built, instead of its rows.
bool is_forward(const Output& y, const std::vector<Output>& xs, JacobianMode mode) {
  if (mode != JacobianMode::automatic) return mode == JacobianMode::forward;
  std::int64_t columns = 0;
  for (const Output& x : xs) columns += x.shape().num_elements();
  return columns < y.shape().num_elements();
}

}  // namespace

std::vector<Output> jvp(const std::vector<Output>& ys, const std::vector<Output>& xs,
                        const std::vector<Output>& vs, const NodeOptions& options) {
  check_arguments(ys, xs, options.where);
  check_counterparts("vs", vs, "x", xs, {.where = options.where});
  const Composite made(ys.front(), "jvp", options);
  return made.inside([&] {
    const Transposed transposed(ys, xs, options.where);
    return Seeded(transposed.product, vs).differentiated(transposed.u, options.where);
  });
}

Output jvp(const Output& y, const Output& x, const Output& v, const NodeOptions& options) {
  return jvp(std::vector{y}, std::vector{x}, std::vector{v}, options).front();
}

std::vector<Output> jacobian(const Output& y, const std::vector<Output>& xs,
                             const JacobianOptions& options) {
  check_arguments({y}, xs, options.where);
  for (const Output& x : xs) check_shapes("jacobian", y, x, options.where);
  const Composite made(y, "jacobian", {options.name, options.where});
  const bool forward = is_forward(y, xs, options.mode);
  const auto parts = made.inside(
      [&] { return forward ? columns(y, xs, options.where) : rows(y, xs, options.where); });
  std::vector<Output> results;
  results.reserve(xs.size());
  for (std::size_t k = 0; k < xs.size(); ++k)
    results.push_back(assembled(made, parts[k], forward ? -1 : 0, y, xs[k]));
  return results;
}

Output jacobian(const Output& y, const Output& x, const JacobianOptions& options) {
  return jacobian(y, std::vector{x}, options).front();
}

std::vector<std::vector<Output>> hessian(const Output& y, const std::vector<Output>& xs,
                                         const NodeOptions& options) {
  check_gradient_arguments({y}, xs, {.where = options.where});
  for (const Output& x : xs)
    for (const Output& other : xs) check_shapes("hessian", x, other, options.where);
  const Composite made(y, "hessian", options);
  const std::vector<Output> first = made.inside(
      [&] { return gradients(y, xs, {.unconnected = Unconnected::none, .where = options.where}); });
  std::vector<std::vector<Output>> results(xs.size());
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const std::vector<std::vector<Output>> none(xs.size());
    const auto parts =
        made.inside([&] { return first[i].is_empty() ? none : rows(first[i], xs, options.where); });
    for (std::size_t j = 0; j < xs.size(); ++j)
      results[i].push_back(assembled(made, parts[j], 0, xs[i], xs[j]));
  }
  return results;
}

Output hessian(const Output& y, const Output& x, const NodeOptions& options) {
  return hessian(y, std::vector{x}, options).front().front();
}

std::vector<Output> hessian_vector_product(const Output& y, const std::vector<Output>& xs,
                                           const std::vector<Output>& vs,
                                           const NodeOptions& options) {
  check_gradient_arguments({y}, xs, {.where = options.where});
  check_counterparts("vs", vs, "x", xs, {.where = options.where});
  const Composite made(y, "hessian_vector_product", options);
  return made.inside([&] {
    const std::vector<Output> first =
        gradients(y, xs, {.unconnected = Unconnected::none, .where = options.where});
    return Seeded(first, vs).differentiated(xs, options.where);
  });
}

Output hessian_vector_product(const Output& y, const Output& x, const Output& v,
                              const NodeOptions& options) {
  return hessian_vector_product(y, std::vector{x}, std::vector{v}, options).front();
}

}  // namespace deft
