#include <algorithm>

#include "random/grower.hpp"
#include "random/shapes.hpp"

namespace deft::digest {
namespace {

Value any_matrix(Grower& g) {
  const auto found = g.pick([](const Value& value) {
    return is_numeric(value.spec.dtype) && value.spec.shape.rank() >= 2;
  });
  if (found && !g.draws.one_in(3)) return *found;
  const DType dtype = g.numeric();
  const std::size_t rank = g.draws.of<std::size_t>({2, 2, 2, 3, 4});
  return g.source({dtype, g.draws.shape(rank, g.most_elements(), g.empty())});
}

/// A value of this dtype and shape, or the transpose of one.
Value maybe_transposed(Grower& g, const TensorSpec& spec) {
  if (!g.draws.one_in(3)) return g.of(spec);
  const Value x = g.of({spec.dtype, exchanged(spec.shape)});
  return g.add(spec, {x}, [=] { return transpose(x.output, exchange_of(spec.shape.rank())); });
}

/// The size of a new dimension, for which the operands and the product of a matrix of this shape
/// stay small.
std::int64_t free_dim(Grower& g, const Shape& shape, std::int64_t inner) {
  constexpr std::int64_t most_products = 400'000;
  const std::int64_t count = std::max<std::int64_t>(shape.num_elements(), 1);
  const std::int64_t rows = count / std::max<std::int64_t>(inner, 1);
  const std::int64_t most = std::min(most_products / count, g.most_elements() / (rows + inner));
  return g.draws.dim(std::max<std::int64_t>(most, 1), g.empty());
}

/// The leading dimensions of an operand beside one of this shape.
std::vector<std::int64_t> batch_beside(Grower& g, const Shape& shape) {
  std::vector<std::int64_t> dims = dims_of(shape);
  dims.resize(dims.size() - 2);
  return dims_of(narrower(g.draws, Shape(dims)));
}

struct Flags {
  bool a;
  bool b;
};

Value product(Grower& g, const Value& a, const Value& b, Flags transposed) {
  const Shape left = transposed.a ? exchanged(a.spec.shape) : a.spec.shape;
  const Shape right = transposed.b ? exchanged(b.spec.shape) : b.spec.shape;
  std::vector<std::int64_t> batch_a = dims_of(left);
  std::vector<std::int64_t> batch_b = dims_of(right);
  const std::int64_t rows = batch_a[batch_a.size() - 2];
  const std::int64_t columns = batch_b.back();
  batch_a.resize(batch_a.size() - 2);
  batch_b.resize(batch_b.size() - 2);
  std::vector<std::int64_t> dims = dims_of(*broadcast_of(Shape(batch_a), Shape(batch_b)));
  dims.push_back(rows);
  dims.push_back(columns);
  return g.add({a.spec.dtype, Shape(dims)}, {a, b}, [=] {
    return matmul(a.output, b.output, {.transpose_a = transposed.a, .transpose_b = transposed.b});
  });
}

void grow_product(Grower& g) {
  const Value x = any_matrix(g);
  const bool first = g.draws.one_in(2);  // x is the operand a
  const bool flag = g.draws.one_in(2);
  const bool other_flag = g.draws.one_in(2);
  const std::int64_t rows = x.spec.shape[x.spec.shape.rank() - 2];
  const std::int64_t columns = x.spec.shape[x.spec.shape.rank() - 1];
  const std::int64_t inner = flag == first ? rows : columns;
  const std::int64_t free = free_dim(g, x.spec.shape, inner);
  std::vector<std::int64_t> dims = batch_beside(g, x.spec.shape);
  dims.push_back(other_flag == first ? free : inner);
  dims.push_back(other_flag == first ? inner : free);
  const Value y = maybe_transposed(g, {x.spec.dtype, Shape(dims)});
  if (first)
    product(g, x, y, {flag, other_flag});
  else
    product(g, y, x, {other_flag, flag});
}

/// A matrix that is small enough to decompose, of finite elements.
Value finite_matrix(Grower& g) {
  auto found = g.pick([](const Value& value) {
    const Shape& shape = value.spec.shape;
    return is_floating(value.spec.dtype) && shape.rank() == 2 && shape.num_elements() <= 300;
  });
  if (!found || g.draws.one_in(2)) {
    const DType dtype = g.floating();
    found = g.source({dtype, g.draws.shape(2, 200, g.empty())});
  }
  const Value x = *found;
  return g.add(x.spec, {x}, [=] { return where(less(abs(x.output), 1e3), x.output, 0.5); });
}

void grow_decomposition(Grower& g) {
  if (!g.draws.one_in(3)) return grow_product(g);  // decompositions take long
  const Value a = finite_matrix(g);
  const std::int64_t rows = a.spec.shape[0];
  const std::int64_t columns = a.spec.shape[1];
  if (g.draws.one_in(2)) {
    g.add({a.spec.dtype, {columns, rows}}, {a}, [=] { return pinv(a.output); });
    return;
  }
  const std::int64_t sides = g.draws.dim(7, g.empty());
  const Value b = maybe_transposed(g, {a.spec.dtype, {rows, sides}});
  g.add({a.spec.dtype, {columns, sides}}, {a, b}, [=] { return lstsq(a.output, b.output); });
}

/// A layer: a product over many rows, a bias, errors.
void grow_layer(Grower& g) {
  const DType dtype = g.floating();
  const std::int64_t rows = g.draws.dim(g.most_elements(), false);
  const std::int64_t inner =
      g.draws.dim(std::min<std::int64_t>(17, g.most_elements() / rows), false);
  const std::int64_t columns = g.draws.of<std::int64_t>({1, 1, 1, 2, 4, 5});
  const Value x = maybe_transposed(g, {dtype, {rows, inner}});
  const Value w = maybe_transposed(g, {dtype, {inner, columns}});
  const Value bias = g.of({dtype, {columns}});
  const Value target = g.of({dtype, {rows, 1}});
  const Value z = product(g, x, w, {false, false});
  const Value e = g.add({dtype, {rows, columns}}, {z, bias, target},
                        [=] { return z.output + bias.output - target.output; });
  if (g.draws.one_in(2)) product(g, x, e, {true, false});
}

}  // namespace

std::vector<Growth> product_growth() {
  return {grow_product, grow_product, grow_product, grow_decomposition, grow_layer, grow_layer};
}

}  // namespace deft::digest
