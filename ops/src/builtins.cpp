#include <deft/ops/builtins.hpp>

#include <array>

namespace deft {
namespace builtin {

extern const OpDef abs, add, add_n, assign, assign_add, assign_sub, broadcast_like, broadcast_to,
    cast, constant, div, equal, exp, expand_dims, fill, greater, greater_equal, identity,
    initialize, less, less_equal, log, lstsq, matmul, maximum, minimum, moments, mul, neg, no_op,
    not_equal, ones, ones_like, pinv, placeholder, pow, reduce_max, reduce_mean, reduce_min,
    reduce_sum, reshape, reshape_like, rsqrt, shape, sign, size, sqrt, square, squeeze,
    stop_gradient, sub, sum_like, tanh, transpose, variable, where, zeros, zeros_like;

}  // namespace builtin

std::span<const OpDef* const> builtin_ops() {
  static constexpr std::array all{
      &builtin::abs,
      &builtin::add,
      &builtin::add_n,
      &builtin::assign,
      &builtin::assign_add,
      &builtin::assign_sub,
      &builtin::broadcast_like,
      &builtin::broadcast_to,
      &builtin::cast,
      &builtin::constant,
      &builtin::div,
      &builtin::equal,
      &builtin::exp,
      &builtin::expand_dims,
      &builtin::fill,
      &builtin::greater,
      &builtin::greater_equal,
      &builtin::identity,
      &builtin::initialize,
      &builtin::less,
      &builtin::less_equal,
      &builtin::log,
      &builtin::lstsq,
      &builtin::matmul,
      &builtin::maximum,
      &builtin::minimum,
      &builtin::moments,
      &builtin::mul,
      &builtin::neg,
      &builtin::no_op,
      &builtin::not_equal,
      &builtin::ones,
      &builtin::ones_like,
      &builtin::pinv,
      &builtin::placeholder,
      &builtin::pow,
      &builtin::reduce_max,
      &builtin::reduce_mean,
      &builtin::reduce_min,
      &builtin::reduce_sum,
      &builtin::reshape,
      &builtin::reshape_like,
      &builtin::rsqrt,
      &builtin::shape,
      &builtin::sign,
      &builtin::size,
      &builtin::sqrt,
      &builtin::square,
      &builtin::squeeze,
      &builtin::stop_gradient,
      &builtin::sub,
      &builtin::sum_like,
      &builtin::tanh,
      &builtin::transpose,
      &builtin::variable,
      &builtin::where,
      &builtin::zeros,
      &builtin::zeros_like,
  };
  return all;
}

}  // namespace deft
