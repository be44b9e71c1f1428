#include <deft/ops/quantization.hpp>

#include <string>
#include <vector>

#include <deft/core/element_function.hpp>
#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>

#include "composite_axes.hpp"

namespace deft {
namespace {

void require_integers(const Composite& made, const std::string& what, const Output& x,
                      std::size_t bytes) {
  const DType dtype = x.dtype(made.result().where);
  if (bits_dtypes.contains(dtype) && size_of(dtype) <= bytes) return;
  made.refuse(ErrorCode::dtype_mismatch,
              what + " is " + to_string(x.spec()) + ", but must be of integers of at most " +
                  std::to_string(8 * bytes) + " bits",
              "cast it");
}

void require_dtype(const Composite& made, const std::string& what, const Output& x,
                   const std::string& other, DType dtype) {
  if (x.dtype(made.result().where) == dtype) return;
  made.refuse(
      ErrorCode::dtype_mismatch,
      what + " is " + to_string(x.spec()) + ", but " + other + " " + std::string(to_string(dtype)),
      "cast one of them");
}

void require_floating(const Composite& made, const std::string& what, const Output& x) {
  if (is_floating(x.dtype(made.result().where))) return;
  made.refuse(ErrorCode::dtype_mismatch,
              what + " is " + to_string(x.spec()) + ", but must be f32 or f64", "cast it");
}

/// What makes scales and zero points broadcast to x.
class Spread {
 public:
  Spread(const Composite& made, const Output& x, const QuantizationOptions& options)
      : made_(made), x_(x), options_(options) {
    if (options.block_size < 0)
      made.refuse(ErrorCode::invalid_argument,
                  "the block size is " + std::to_string(options.block_size),
                  "give a number of positions, or 0 for no blocks");
  }

  Output operator()(const std::string& what, const Output& v) const {
    const std::size_t rank = x_.shape().rank();
    const std::size_t of_v = v.shape().rank();
    if (of_v == 0) return v;
    const std::size_t axis = axis_from_front(made_, options_.axis, rank);
    const bool in_blocks = options_.block_size != 0;
    if (of_v != (in_blocks ? rank : 1))
      made_.refuse(
          ErrorCode::shape_mismatch,
          what + " has the shape " + v.shape().to_string() + ", x " + x_.shape().to_string(),
          in_blocks ? "give both the same rank, or no block size"
                    : "give rank 0, or rank 1 along an axis, or a block size");
    return made_.inside([&] {
      return broadcast_like(in_blocks ? blocks(what, v, axis) : along_dimension(v, axis, rank), x_);
    });
  }

 private:
  /// v [.., blocks, ..] -> [.., n, ..], as long along the axis as x
  Output blocks(const std::string& what, const Output& v, std::size_t axis) const {
    const std::int64_t positions = x_.shape()[axis];
    const std::int64_t found = v.shape()[axis];
    const std::int64_t size = options_.block_size;
    const std::int64_t needed = positions / size + (positions % size == 0 ? 0 : 1);
    if (positions != Shape::unknown && found != Shape::unknown && found != needed)
      made_.refuse(ErrorCode::shape_mismatch,
                   what + " has " + std::to_string(found) + " blocks of " + std::to_string(size) +
                       ", but the axis has " + std::to_string(positions) + " positions",
                   "give " + std::to_string(needed) + " of them, or another block size");
    const Output block = floor_div(range_like(x_, options_.axis), size);
    return gather(v, block, {.axis = options_.axis});
  }

  const Composite& made_;
  const Output& x_;
  const QuantizationOptions& options_;
};

}  // namespace

/// The cast saturates. A quotient so large that the sum with the zero point is rounded is out of
/// range either way.
Output quantize_linear(const Output& x, const Output& scale, const Output& zero_point,
                       const QuantizationOptions& options) {
  const Composite made(x, "quantize_linear", {options.name, options.where});
  require_floating(made, "x", x);
  require_dtype(made, "the scale", scale, "x is", x.dtype());
  require_integers(made, "the zero point", zero_point, 2);
  const Spread spread(made, x, options);
  const Output divisor = spread("the scale", scale);
  const Output zero = made.inside([&] { return cast(zero_point, x.dtype()); });
  const Output shift = spread("the zero point", zero);
  return cast(made.inside([&] { return round(x / divisor) + shift; }), zero_point.dtype(),
              made.result());
}

Output dequantize_linear(const Output& x, const Output& scale, const Output& zero_point,
                         const QuantizationOptions& options) {
  const Composite made(x, "dequantize_linear", {options.name, options.where});
  require_integers(made, "x", x, 4);
  require_floating(made, "the scale", scale);
  const Spread spread(made, x, options);
  const Output factor = spread("the scale", scale);
  Output difference = x;
  if (!zero_point.is_empty()) {
    require_dtype(made, "the zero point", zero_point, "x is", x.dtype());
    const DType wide = size_of(x.dtype()) < 4 ? DType::i32 : DType::i64;
    const Output zero = made.inside([&] { return cast(zero_point, wide); });
    const Output shift = spread("the zero point", zero);
    difference = made.inside([&] { return cast(x, wide) - shift; });
  }
  return mul(made.inside([&] { return cast(difference, scale.dtype()); }), factor, made.result());
}

}  // namespace deft
