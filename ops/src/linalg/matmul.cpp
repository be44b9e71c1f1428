#include <deft/ops/linalg.hpp>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>

#include "array/transpose.hpp"
#include "kernels/products/batched_product.hpp"
#include "kernels/products/product_kind.hpp"
#include "linalg_rules.hpp"
#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {
namespace {

/// The last two dimensions as they are multiplied.
struct MatrixDims {
  std::int64_t rows;
  std::int64_t columns;

  MatrixDims(const Shape& shape, bool transposed)
      : rows(shape[shape.rank() - (transposed ? 1 : 2)]),
        columns(shape[shape.rank() - (transposed ? 2 : 1)]) {}
};

std::string side(const char* name, const Shape& shape, bool transposed) {
  return std::string(name) + " " + shape.to_string() + (transposed ? " transposed" : "");
}

/// [..., m, k], [..., k, n] -> [..., m, n]; the last two dimensions of a or b may be stored
/// transposed.
std::vector<TensorSpec> infer_matmul(const InferContext& context) {
  require_numeric(context);
  require_same_dtype(context);
  require_matrices(context, 0, "a");
  require_matrices(context, 1, "b");
  const Shape& a = context.inputs[0].shape;
  const Shape& b = context.inputs[1].shape;
  const bool transpose_a = context.attributes.get<bool>("transpose_a");
  const bool transpose_b = context.attributes.get<bool>("transpose_b");
  const MatrixDims left(a, transpose_a);
  const MatrixDims right(b, transpose_b);
  if (left.columns != right.rows && left.columns != Shape::unknown && right.rows != Shape::unknown)
    context.fail(ErrorCode::shape_mismatch,
                 "the inner dimensions differ: " + std::to_string(left.columns) + " of " +
                     side("a", a, transpose_a) + " and " + std::to_string(right.rows) + " of " +
                     side("b", b, transpose_b),
                 "the columns of a must be as many as the rows of b; see transpose_a and "
                 "transpose_b");

  const Shape batch = broadcast_shapes(context, batch_of(a), batch_of(b), "the batches");
  return {{context.inputs[0].dtype, under_batch(batch, {left.rows, right.columns})}};
}

/// Products of one shape and kind, one for each matrix of the batch.
struct Products {
  ProductShape shape;
  ProductKind kind;
  bool stacked = false;  // the matrices of a lie on top of one another, and one product does all

  /// `one` for each of the matrices of `batch`. They are stacked where b is a single matrix and the
  /// kind stays the one that a alone would get, so that a batch has the bits of its matrices; rows
  /// are stacked all the same, since they would take longest one by one.
  Products(const ProductShape& one, const Shape& batch, const Shape& b_batch)
      : shape(one), kind(kind_of(one)) {
    const bool rows_follow = !one.transpose_a || one.m == 1;
    if (!rows_follow || b_batch.num_elements() != 1) return;
    ProductShape all = one;
    all.m *= batch.num_elements();
    all.transpose_a = false;
    if (one.m == 1) kind = kind_of(all);
    stacked = kind != ProductKind::skinny || kind_of(all) == kind;
    if (stacked) shape = all;
  }
};

Kernel prepare_matmul(const KernelContext& context) {
  const Shape& a = context.inputs[0].shape;
  const TensorSpec& c = context.outputs[0];
  if (c.shape.num_elements() == 0) return {};

  ProductShape product{.dtype = c.dtype,
                       .transpose_a = context.attributes.get<bool>("transpose_a"),
                       .transpose_b = context.attributes.get<bool>("transpose_b")};
  product.m = c.shape[c.shape.rank() - 2];
  product.n = c.shape[c.shape.rank() - 1];
  product.k = MatrixDims(a, product.transpose_a).columns;
  if (product.k == 0) {
    const std::size_t bytes = c.shape.num_bytes(c.dtype);
    return make_kernel(
        [bytes](const KernelArgs& args) { std::memset(args.output<std::byte>(), 0, bytes); }, 0);
  }

  Shape batch = batch_of(c.shape);
  Shape a_batch = batch_of(a);
  Shape b_batch = batch_of(context.inputs[1].shape);
  const Products products(product, batch, b_batch);
  if (products.stacked) batch = a_batch = b_batch = Shape();
  Kernel kernel = batched_product(make_product(products.kind, products.shape, context.threads),
                                  products.shape, batch, a_batch, b_batch);
  if (c.shape.rank() != 2) {  // rows of all matrices, not of c
    kernel.rows_per_block = 0;
    kernel.reads_rows_of = -1;
  }
  return kernel;
}

/// c = op(a) op(b), g = dloss/dc [..., m, n]: op(a) receives g op(b)^T, op(b) receives op(a)^T g.
/// Where an operand is stored transposed, its gradient is the transpose of that.
std::vector<Output> grad_matmul(const GradientContext& context) {
  const Output& a = context.inputs[0];
  const Output& b = context.inputs[1];
  const Output& g = context.grads[0];
  const bool ta = context.attributes().get<bool>("transpose_a");
  const bool tb = context.attributes().get<bool>("transpose_b");
  return {
      ta ? matmul(b, g, {.transpose_a = tb, .transpose_b = true})  // [..., k, m]
         : matmul(g, b, {.transpose_b = !tb}),                     // [..., m, k]
      tb ? matmul(g, a, {.transpose_a = true, .transpose_b = ta})  // [..., n, k]
         : matmul(a, g, {.transpose_a = !ta}),                     // [..., k, n]
  };
}

/// True if an operand is a transpose that exchanges the last two dimensions, and no others.
bool exchanges_matrix_dims(const Expression& operand) {
  if (operand.op != &transpose) return false;
  const std::size_t rank = operand.outputs[0].shape.rank();
  std::vector<std::size_t> axes = permutation_of(*operand.attributes, rank);
  std::swap(axes[rank - 2], axes[rank - 1]);
  return std::ranges::is_sorted(axes);
}

/// The transpose of an operand becomes a flag where that changes no bit.
std::optional<Rewrite> simplify_matmul(const SimplifyContext& context) {
  const TensorSpec& c = context.self.outputs[0];
  ProductShape before{.dtype = c.dtype,
                      .m = c.shape[c.shape.rank() - 2],
                      .n = c.shape[c.shape.rank() - 1],
                      .transpose_a = context.self.attributes->get<bool>("transpose_a"),
                      .transpose_b = context.self.attributes->get<bool>("transpose_b")};
  ProductShape after = before;
  std::vector<TensorId> inputs(context.self.inputs.begin(), context.self.inputs.end());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Expression operand = context.input(i);
    if (!exchanges_matrix_dims(operand)) continue;
    bool& flag = i == 0 ? after.transpose_a : after.transpose_b;
    const MatrixDims dims(operand.outputs[0].shape, flag);
    before.k = after.k = i == 0 ? dims.columns : dims.rows;
    flag = !flag;
    inputs[i] = operand.inputs[0];
  }
  if (before.k == 0) return std::nullopt;
  const Shape batch = batch_of(c.shape);
  const Shape b_batch = batch_of(context.input(1).spec().shape);
  const Products x(before, batch, b_batch);
  const Products y(after, batch, b_batch);
  if (x.kind != y.kind || !same_bits(x.kind, x.shape, y.shape)) return std::nullopt;
  return Rewrite{context.self.op,
                 {{"transpose_a", after.transpose_a}, {"transpose_b", after.transpose_b}},
                 std::move(inputs)};
}

Form product_form(const KernelContext& context) {
  const TensorSpec& c = context.outputs[0];
  const bool matrices = context.inputs[0].shape.rank() == 2 && context.inputs[1].shape.rank() == 2;
  if (!is_floating(c.dtype) || !matrices) return {};
  return ProductForm{context.attributes.get<bool>("transpose_a"),
                     context.attributes.get<bool>("transpose_b")};
}

}  // namespace

extern constexpr OpDef matmul{
    .name = "matmul",
    .arity = {2, 2},
    .infer = infer_matmul,
    .gradient = grad_matmul,
    .kernel = prepare_matmul,
    .simplify = simplify_matmul,
    .form = product_form,
};

constexpr const OpDef* matmul_list[] = {&matmul};
extern constexpr std::span<const OpDef* const> matmul_ops = matmul_list;

}  // namespace builtin

namespace {

/// A product of matrices.
Output multiply(const Output& a, const Output& b, const MatmulOptions& options) {
  return add_node(builtin::matmul, {a, b},
                  {{"transpose_a", options.transpose_a}, {"transpose_b", options.transpose_b}},
                  {.name = options.name, .where = options.where});
}

bool is_vector(const Output& x) { return has_spec(x) && x.shape().rank() == 1; }

[[noreturn]] void refuse_vector(const Output& a, const Output& b, const MatmulOptions& options,
                                ErrorCode code, std::string message, std::string cure) {
  throw GraphError({.code = code,
                    .message = std::move(message),
                    .cure = std::move(cure),
                    .op = "matmul",
                    .node = std::string(options.name),
                    .operands = to_string(a.spec()) + ", " + to_string(b.spec()),
                    .where = options.where});
}

/// What the shape rule would say of a vector that is a matrix by then, in terms of the vector.
void check_vectors(const Output& a, const Output& b, const MatmulOptions& options) {
  if (a.dtype() != b.dtype())
    refuse_vector(a, b, options, ErrorCode::dtype_mismatch,
                  "input 0 is " + std::string(to_string(a.dtype())) + ", but input 1 is " +
                      std::string(to_string(b.dtype())),
                  "cast one side");
  if ((is_vector(a) && options.transpose_a) || (is_vector(b) && options.transpose_b))
    refuse_vector(a, b, options, ErrorCode::shape_mismatch,
                  std::string(is_vector(a) && options.transpose_a ? "a " : "b ") +
                      (is_vector(a) && options.transpose_a ? a : b).shape().to_string() +
                      " is a vector, which has no transpose",
                  "leave out the flag: a vector is one row as a, one column as b");
  const Shape& left = a.shape();
  const Shape& right = b.shape();
  if (left.rank() == 0 || right.rank() == 0) return;
  const std::int64_t columns =
      is_vector(a) ? left[0] : builtin::MatrixDims(left, options.transpose_a).columns;
  const std::int64_t rows =
      is_vector(b) ? right[0] : builtin::MatrixDims(right, options.transpose_b).rows;
  if (columns != rows && columns != Shape::unknown && rows != Shape::unknown)
    refuse_vector(
        a, b, options, ErrorCode::shape_mismatch,
        "the inner dimensions differ: " + std::to_string(columns) + " of " +
            builtin::side("a", left, options.transpose_a) + " and " + std::to_string(rows) +
            " of " + builtin::side("b", right, options.transpose_b),
        "a vector needs one element per row of b if it is a, one per column of a if it is b");
}

}  // namespace

/// A vector is a matrix of one row or column, which the result is without.
Output matmul(const Output& a, const Output& b, const MatmulOptions& options) {
  const bool row = is_vector(a);
  const bool column = is_vector(b);
  if ((!row && !column) || !has_spec(a) || !has_spec(b)) return multiply(a, b, options);
  check_vectors(a, b, options);
  const NodeOptions inner{.where = options.where};
  const Output product =
      multiply(row ? expand_dims(a, 0, inner) : a, column ? expand_dims(b, -1, inner) : b,
               {.transpose_a = options.transpose_a,
                .transpose_b = options.transpose_b,
                .where = options.where});
  Axes removed = row && column ? Axes{-2, -1} : row ? Axes{-2} : Axes{-1};
  return squeeze(product, removed, {.name = options.name, .where = options.where});
}

}  // namespace deft
