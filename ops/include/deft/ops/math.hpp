#pragma once

#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/ops/operand.hpp>

namespace deft {

// Elementwise operations. Binary ones broadcast as NumPy does and take two operands of one dtype: a
// C++ scalar takes the dtype of the other side, a Tensor becomes a constant, and one of the two
// must be an Output. Integers wrap on overflow. Unless noted, f32, f64, i32 and i64 are allowed,
// and bool is not. Beside `using namespace std;` the names less, less_equal, greater,
// greater_equal, logical_and, logical_or and logical_not need `deft::`, since std has class
// templates of these names; the operators do not.

Output add(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output sub(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output mul(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// x / y. For integers the quotient is truncated toward zero, and division by zero fails the run.
Output div(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// floor(x / y), Python's `//`. Of floating dtypes the quotient is that of exact arithmetic up to
/// 2^21 (f32) and 2^50 (f64), and beyond within 2 units in the last place; x / 0 is as `div` has
/// it. For integers division by zero fails the run. The gradients are 0.
Output floor_div(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// What floor_div leaves, x - y floor(x / y), with the sign of y: Python's `%`. Of floating dtypes
/// it is the exact rest, but for the rounding of its sum with y where the signs of x and y differ;
/// NaN where y = 0 or x is infinite. For integers division by zero fails the run. The gradient of x
/// is 1, that of y -floor(x / y), at the jumps too.
Output floor_mod(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// What the truncated quotient leaves, with the sign of x: C's `%` and fmod, always exact. Else as
/// floor_mod.
Output trunc_mod(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// x to the power of y. For integers a negative exponent fails the run. Of floating dtypes the
/// exponents that are integers up to 16 in magnitude are fast.
///
/// The gradient of x is y x^(y-1), which is real for x < 0 too where y is an integer; it is 0 where
/// y = 0, whatever x is but NaN. The gradient of y is x^y log(x). Where x < 0 it is taken as 0
/// times x^y: no power of a negative number is real on both sides of y. Where x = 0 it is the limit
/// from x > 0: 0 for y > 0, -infinity for y < 0. At (0, 0), where there is no limit, both are taken
/// as 0.
Output pow(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// NaN if either is NaN, as NumPy, and so are then both gradients. Where both are equal the
/// gradient goes to `x`.
Output maximum(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output minimum(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// min(max(x, low), high), so `high` where low > high, which is refused if both are numbers. NaN
/// stays NaN. The gradient of x is 1 from `low` to `high`, both included, and 0 outside, where it
/// goes to the bound.
Output clip(const Output& x, const Operand& low, const Operand& high,
            const NodeOptions& options = {});

/// (x - y)^2.
Output squared_difference(const Operand& x, const Operand& y, const NodeOptions& options = {});

Output neg(const Output& x, const NodeOptions& options = {});
Output square(const Output& x, const NodeOptions& options = {});
Output abs(const Output& x, const NodeOptions& options = {});

/// -1, 0 or 1; NaN for NaN. abs has the gradient sign(x), so 0 at 0.
Output sign(const Output& x, const NodeOptions& options = {});

/// The integer next below x, next above it, nearest (halves go to the even one), and next toward 0.
/// They have the dtype of x and, where they are 0, its sign; integers stay as they are. The
/// gradients are 0.
Output floor(const Output& x, const NodeOptions& options = {});
Output ceil(const Output& x, const NodeOptions& options = {});
Output round(const Output& x, const NodeOptions& options = {});
Output trunc(const Output& x, const NodeOptions& options = {});

// Floating dtypes only. exp and log are within 1 unit in the last place, tanh within 1.5. All
// processors with a fused multiply-add give the same bits; without one (x86 before AVX2), bits are
// others, and exp and log within 1.25.
Output reciprocal(const Output& x, const NodeOptions& options = {});  // 1 / x, as div has it
Output sqrt(const Output& x, const NodeOptions& options = {});
Output rsqrt(const Output& x, const NodeOptions& options = {});
Output exp(const Output& x, const NodeOptions& options = {});
Output log(const Output& x, const NodeOptions& options = {});
Output tanh(const Output& x, const NodeOptions& options = {});

/// Comparisons give bool. All take data at rest (see DType), equal and not_equal bool too.
Output equal(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output not_equal(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output less(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output less_equal(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output greater(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output greater_equal(const Operand& x, const Operand& y, const NodeOptions& options = {});

/// bool, of any dtype: what is of no floating one is finite.
Output is_nan(const Output& x, const NodeOptions& options = {});
Output is_finite(const Output& x, const NodeOptions& options = {});

/// Optional arguments of is_inf: which infinities count.
struct IsInfOptions {
  bool positive = true;
  bool negative = true;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};
Output is_inf(const Output& x, const IsInfOptions& options = {});

/// Of bools, bool. Both sides are computed, whatever the first one is.
Output logical_and(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output logical_or(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output logical_xor(const Operand& x, const Operand& y, const NodeOptions& options = {});
Output logical_not(const Output& x, const NodeOptions& options = {});

/// The sum of one or more outputs of the same shape and dtype, added in order.
Output add_n(const std::vector<Output>& xs, const NodeOptions& options = {});

// The line of an expression is captured by its operands. `==` and `!=` of Outputs ask whether they
// are the same output of the same node; of elements, `equal` and `not_equal` do.
Output operator+(const Operand& x, const Operand& y);
Output operator-(const Operand& x, const Operand& y);
Output operator*(const Operand& x, const Operand& y);
Output operator/(const Operand& x, const Operand& y);
Output operator-(const Operand& x);
Output operator<(const Operand& x, const Operand& y);
Output operator<=(const Operand& x, const Operand& y);
Output operator>(const Operand& x, const Operand& y);
Output operator>=(const Operand& x, const Operand& y);
Output operator&&(const Operand& x, const Operand& y);
Output operator||(const Operand& x, const Operand& y);
Output operator!(const Operand& x);

}  // namespace deft
