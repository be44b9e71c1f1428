#include <algorithm>
#include <limits>

#include <deft/ops/array.hpp>

#include "handlers/handlers.hpp"

// What is computed of shapes, most of it for gradients: known once the shapes are.
namespace deft::tensorflow {
namespace {

Output integers(const NodeContext& context, DType dtype, const std::vector<std::int64_t>& values,
                const NodeOptions& options) {
  const Tensor wide = Tensor::from(values);
  if (dtype == DType::i64) return constant(context.graph(), wide, options);
  return constant(context.graph(),
                  Tensor::from<std::int32_t>(wide.shape(), wide.to<std::int32_t>()), options);
}

std::vector<Output> shape_handler(const NodeContext& context) {
  const Output dims = context.inside([&] { return shape(context.input(0)); });
  return {cast(dims, context.dtype("out_type", DType::i32), context.options())};
}

std::vector<Output> shapes_handler(const NodeContext& context) {
  const DType dtype = context.dtype("out_type", DType::i32);
  std::vector<Output> shapes;
  context.inside([&] {
    for (const Output& x : context.inputs(0, context.num_inputs()))
      shapes.push_back(cast(shape(x), dtype));
  });
  return shapes;
}

std::vector<Output> size_handler(const NodeContext& context) {
  const Output count = context.inside([&] { return size(context.input(0)); });
  return {cast(count, context.dtype("out_type", DType::i32), context.options())};
}

std::vector<Output> rank_handler(const NodeContext& context) {
  const auto rank = static_cast<std::int32_t>(context.input(0).shape().rank());
  return {constant(context.graph(), Tensor::scalar(rank), context.options())};
}

/// Of the shapes of two operands that broadcast: along which dimensions of the result each was
/// repeated, so that its gradient is summed there.
std::vector<Output> broadcast_gradient_args(const NodeContext& context) {
  const std::vector<std::int64_t> a = context.integers(0);
  const std::vector<std::int64_t> b = context.integers(1);
  const std::size_t rank = std::max(a.size(), b.size());
  const auto dim = [&](const std::vector<std::int64_t>& dims, std::size_t i) {
    const std::size_t missing = rank - dims.size();
    return i < missing ? 1 : dims[i - missing];
  };
  std::vector<std::int64_t> axes_a;
  std::vector<std::int64_t> axes_b;
  for (std::size_t i = 0; i < rank; ++i) {
    const auto axis = static_cast<std::int64_t>(i);
    if (dim(a, i) != dim(b, i) && dim(a, i) != 1 && dim(b, i) != 1)
      context.refuse("the shapes " + Shape(a).to_string() + " and " + Shape(b).to_string() +
                     " do not broadcast");
    if (dim(a, i) == 1) axes_a.push_back(axis);
    if (dim(b, i) == 1) axes_b.push_back(axis);
  }
  const DType dtype = context.dtype("T", DType::i32);
  const Output first = integers(context, dtype, axes_a, context.options());
  return {first,
          context.inside([&] { return integers(context, dtype, axes_b, {.name = "of_second"}); })};
}

std::vector<Output> invert_permutation(const NodeContext& context) {
  const std::vector<std::int64_t> permutation = context.integers(0);
  std::vector<std::int64_t> inverse(permutation.size(), -1);
  for (std::size_t i = 0; i < permutation.size(); ++i) {
    const auto to = static_cast<std::uint64_t>(permutation[i]);
    if (to >= inverse.size() || inverse[to] != -1) context.refuse("its input is no permutation");
    inverse[to] = static_cast<std::int64_t>(i);
  }
  return {integers(context, context.dtype("T", DType::i32), inverse, context.options())};
}

/// Where each of some tensors begins in their concatenation: offsets of zeros but along the axis.
std::vector<Output> concat_offset(const NodeContext& context) {
  const std::int64_t axis = context.integer(0);
  std::vector<Output> offsets;
  std::int64_t begin = 0;
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    const std::vector<std::int64_t> dims = context.integers(i);
    const auto rank = static_cast<std::int64_t>(dims.size());
    const std::int64_t at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank)
      context.refuse("axis " + std::to_string(axis) + " is none of " + Shape(dims).to_string());
    std::vector<std::int64_t> offset(dims.size(), 0);
    offset[static_cast<std::size_t>(at)] = begin;
    const std::int64_t size = dims[static_cast<std::size_t>(at)];
    if (size < 0 || size > std::numeric_limits<std::int32_t>::max() - begin)
      context.refuse("its offsets go beyond i32 with the shape " + Shape(dims).to_string());
    begin += size;
    offsets.push_back(
        context.inside([&] { return integers(context, DType::i32, offset, {.name = "offset"}); }));
  }
  return offsets;
}

/// Of vectors of integers: element indices[k][i] of the result is data[k][i], the last if there are
/// several. What older graphs put shapes together with.
std::vector<Output> dynamic_stitch(const NodeContext& context) {
  const std::size_t count = context.num_inputs() / 2;
  if (!is_integer(context.dtype("T")))
    context.refuse("it is for shapes alone, but is of " +
                   std::string(to_string(context.dtype("T"))));
  std::vector<std::int64_t> stitched;
  for (std::size_t k = 0; k < count; ++k) {
    const std::vector<std::int64_t> indices = context.integers(k);
    const std::vector<std::int64_t> data = context.integers(count + k);
    if (indices.size() != data.size()) context.refuse("it is for shapes alone");
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (indices[i] < 0 || indices[i] > 1024)
        context.refuse("it is for shapes alone, but has the index " + std::to_string(indices[i]));
      const auto at = static_cast<std::size_t>(indices[i]);
      if (at >= stitched.size()) stitched.resize(at + 1, 0);
      stitched[at] = data[i];
    }
  }
  return {integers(context, context.dtype("T"), stitched, context.options())};
}

std::vector<Output> range_handler(const NodeContext& context) {
  const DType dtype = context.dtype("Tidx", DType::i32);
  return {range(context.graph(), dtype, context.scalar(0), context.scalar(1), context.scalar(2),
                context.options())};
}

constexpr OpHandler handlers[] = {
    {"BroadcastGradientArgs", broadcast_gradient_args},
    {"ConcatOffset", concat_offset},
    {"DynamicStitch", dynamic_stitch},
    {"InvertPermutation", invert_permutation},
    {"Range", range_handler},
    {"Rank", rank_handler},
    {"Shape", shape_handler},
    {"ShapeN", shapes_handler},
    {"Size", size_handler},
};

}  // namespace

constinit const OpHandlers shape_handlers = handlers;

}  // namespace deft::tensorflow
