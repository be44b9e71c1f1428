#pragma once

#include <deft/core/fusion.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

enum class UnaryFunction { neg, square, abs, sign, sqrt, rsqrt, exp, log, tanh };

enum class BinaryFunction {
  add,
  sub,
  mul,
  div,
  pow,
  maximum,
  minimum,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
};

// Kernels of output 0, a function of inputs that broadcast to it.

/// f(input 0); f32, f64 and, except for the roots, exp, log and tanh, i32 and i64.
Kernel unary_kernel(UnaryFunction function, const KernelContext& context);

/// f(input 0, input 1), of one numeric dtype; `equal` and `not_equal` take bool too.
Kernel binary_kernel(BinaryFunction function, const KernelContext& context);

/// Input 1 where input 0 (bool) holds, else input 2.
Kernel select_kernel(const KernelContext& context);

/// Input 0 as the dtype of output 0.
Kernel cast_kernel(const KernelContext& context);

// The same functions as steps of a fused group. Those that may fail are none.
FusedStep unary_step(UnaryFunction function, const KernelContext& context);
FusedStep binary_step(BinaryFunction function, const KernelContext& context);
FusedStep select_step(const KernelContext& context);
FusedStep cast_step(const KernelContext& context);

/// Input 0, repeated to the shape of output 0.
Kernel broadcast_kernel(const KernelContext& context);

/// The sum of all inputs, which have the shape and dtype of output 0, added in their order.
Kernel add_n_kernel(const KernelContext& context);

/// `element`, of rank 0 and of the dtype of output 0, everywhere.
Kernel fill_kernel(const Tensor& element, const KernelContext& context);

}  // namespace deft
