#pragma once

#include <deft/core/graph.hpp>
#include <deft/ops/operand.hpp>

namespace deft {

// Transcendental functions of single elements, beside exp, log and tanh of <deft/ops/math.hpp>.
// They take floating dtypes only, and have the limits, NaNs and signs of zero of C's annex F. For
// operands of any size they are within 2 units in the last place; expm1, log1p, sin, cos, tan,
// asin, acos and atanh within 1.5. All processors with a fused multiply-add give the same bits;
// without one (x86 before AVX2), bits are others, and errors up to 3 units.

/// Of radians, of any size.
Output sin(const Output& x, const NodeOptions& options = {});
Output cos(const Output& x, const NodeOptions& options = {});
Output tan(const Output& x, const NodeOptions& options = {});

/// NaN beyond -1 and 1, where the gradients of asin and acos are infinite.
Output asin(const Output& x, const NodeOptions& options = {});
Output acos(const Output& x, const NodeOptions& options = {});
Output atan(const Output& x, const NodeOptions& options = {});

/// The angle of the point (x, y), from -pi to pi. The operands broadcast as those of `add`. At
/// (0, 0) both gradients are taken as 0; where an operand is infinite they are NaN.
Output atan2(const Operand& y, const Operand& x, const NodeOptions& options = {});

Output sinh(const Output& x, const NodeOptions& options = {});
Output cosh(const Output& x, const NodeOptions& options = {});
Output asinh(const Output& x, const NodeOptions& options = {});

/// NaN below 1, where the gradient is infinite.
Output acosh(const Output& x, const NodeOptions& options = {});

/// Infinite at -1 and 1, NaN beyond.
Output atanh(const Output& x, const NodeOptions& options = {});

/// e^x - 1 and log(1 + x), of small x too.
Output expm1(const Output& x, const NodeOptions& options = {});
Output log1p(const Output& x, const NodeOptions& options = {});

/// 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x, and what it lacks of 1, without loss
/// where that is small.
Output erf(const Output& x, const NodeOptions& options = {});
Output erfc(const Output& x, const NodeOptions& options = {});

}  // namespace deft
