#include "dtypes.hpp"

#include <limits>

#include <deft/core/tensor.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/bits.hpp>
#include <deft/ops/math.hpp>

namespace deft::onnx {
namespace {

bool is_any_floating(DType dtype) { return is_floating(dtype) || is_floating_at_rest(dtype); }

/// What floating x is as an integer of I, which processors convert to; `beyond` is the first number
/// behind all of I. Only there and of NaN the saturating cast is not what they give.
template <class I>
Output as_processors(const Output& x, double beyond) {
  const Output integers = cast(x, dtype_of<I>());
  return where(x < beyond, integers, std::numeric_limits<I>::min());
}

/// Numbers from 2^63 on are u64, but no i64.
Output to_u64(const Output& x) {
  const Output low = cast(as_processors<std::int64_t>(x, 0x1p63), DType::u64);
  const Output is_high = logical_and(x >= 0x1p63, x < 0x1p64);
  return where(is_high, cast(x, DType::u64), low);
}

}  // namespace

DType computing_dtype(DType dtype) {
  switch (dtype) {
    case DType::u8:
    case DType::i8:
    case DType::i16:
    case DType::u16:
      return DType::i32;
    case DType::u32:
    case DType::u64:
      return DType::i64;
    case DType::f16:
    case DType::bf16:
      return DType::f32;
    default:
      return dtype;
  }
}

Output as_dtype(const Output& x, DType dtype) { return x.dtype() == dtype ? x : cast(x, dtype); }

Output widened(const Output& x) { return as_dtype(x, computing_dtype(x.dtype())); }

Output like(const Output& y, const Output& x) { return as_dtype(y, x.dtype()); }

Output ordered(const Output& x) {
  if (x.dtype() != DType::u64) return widened(x);
  return bitwise_xor(cast(x, DType::i64), std::numeric_limits<std::int64_t>::min());
}

Output converted(const Output& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  const bool truncates =
      is_any_floating(x.dtype()) && !is_any_floating(dtype) && dtype != DType::boolean;
  if (!truncates) return cast(x, dtype);
  const Output wide = widened(x);
  if (dtype == DType::u64) return to_u64(wide);
  const Output integers = dtype == DType::i64 || dtype == DType::u32
                              ? as_processors<std::int64_t>(wide, 0x1p63)
                              : as_processors<std::int32_t>(wide, 0x1p31);
  return as_dtype(integers, dtype);
}

}  // namespace deft::onnx
