#include <limits>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"

// What kind of number an element is. Comparisons tell: NaN is not equal to itself. What is of no
// floating dtype is compared with itself too.

namespace deft {
namespace {

bool is_floating(const Output& x, const NodeOptions& options) {
  return !x.is_empty() && is_floating(x.spec(options.where).dtype);
}

/// x, of f16 and bf16 as f32, which has all their numbers.
Output computable(const Output& x, const NodeOptions& options) {
  if (x.is_empty() || !is_floating_at_rest(x.spec(options.where).dtype)) return x;
  return cast(x, DType::f32, {.where = options.where});
}

Output infinity_of(const Output& x) {
  return number_like(x, std::numeric_limits<double>::infinity());
}

}  // namespace

Output is_nan(const Output& x, const NodeOptions& options) {
  return not_equal(x, x, named("is_nan", options));
}

/// Where neither infinity counts, nothing is what is asked for, as where there is none.
Output is_inf(const Output& of, const IsInfOptions& options) {
  const NodeOptions here{.where = options.where};
  const NodeOptions as = named("is_inf", {options.name, options.where});
  const Output x = computable(of, here);
  if (!is_floating(x, here)) return not_equal(x, x, as);
  if (options.positive && options.negative) return equal(abs(x, here), infinity_of(x), as);
  if (options.positive) return equal(x, infinity_of(x), as);
  if (options.negative) return equal(neg(x, here), infinity_of(x), as);
  return less(abs(x, here), 0, as);
}

Output is_finite(const Output& of, const NodeOptions& options) {
  const NodeOptions as = named("is_finite", options);
  const Output x = computable(of, options);
  if (!is_floating(x, options)) return equal(x, x, as);
  return less(abs(x, {.where = options.where}), infinity_of(x), as);
}

}  // namespace deft
