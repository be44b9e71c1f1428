#include "vector_exponential.hpp"

#include <limits>
#include <tuple>

#include "kernels/elementwise/exponential_constants.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

using Value = VectorCode::Value;
using Code = VectorCode::Code;
using Predicate = VectorCode::Predicate;

template <class T>
class ExponentialCode {
 public:
  explicit ExponentialCode(VectorCode& code) : code_(code) {}

  /// The product with 2^n is rounded once, as the last of the portable sequence's two is.
  Value exp(Value x) {
    x = code_.op(Code::min, number(Constants::exp_highest), x);
    x = code_.op(Code::max, number(Constants::exp_lowest), x);
    const Exponential e = exponential(x, 2 * Constants::bias);
    return code_.op(Code::scale, e.power, e.integer);
  }

  Value log(Value x) {
    constexpr T offset = Constants::integer_exponent + Constants::bias;
    const Value denormal = compare(x, Constants::lowest_normal, Predicate::less);
    const Value scaled =
        code_.op(Code::blend, denormal, code_.op(Code::mul, x, number(Constants::to_normal)), x);
    const Value i = code_.op(Code::integer_add, scaled,
                             code_.constant_bits(Constants::one - Constants::root_half));
    const Value biased =
        code_.op(Code::bit_or, shift(Code::shift_right, i), number(Constants::integer_exponent));
    const Value k = code_.op(
        Code::sub, biased,
        code_.op(Code::blend, denormal, number(offset + Constants::mantissa_bits), number(offset)));
    const Value m = code_.op(Code::integer_add,
                             code_.op(Code::bit_and, i, code_.constant_bits(Constants::mantissa)),
                             code_.constant_bits(Constants::root_half));
    const Value f = code_.op(Code::sub, m, number(1));

    const Value ln2_high = number(Constants::ln2_high);
    const Value tail = code_.op(Code::multiply_add, k, number(Constants::ln2_low), log_tail(f));
    const Value sum = code_.op(Code::multiply_add, k, ln2_high, f);
    const Value lost =
        code_.op(Code::sub, f, code_.op(Code::negative_multiply_add, k, ln2_high, sum));
    return with_limits(x, code_.op(Code::add, sum, code_.op(Code::add, tail, lost)));
  }

  Value tanh(Value x) {
    const Value one = number(1);
    const auto sign_bit = static_cast<Bits>(Bits{1} << (8 * sizeof(T) - 1));
    const Value a = code_.op(Code::bit_and, x, code_.constant_bits(sign_bit - 1));
    const Value z = code_.op(Code::mul, a, a);
    const Value small = code_.op(Code::multiply_add, code_.op(Code::mul, a, z),
                                 polynomial(z, Constants::tanh_series), a);

    const Value b = code_.op(Code::min, number(Constants::tanh_highest), a);
    const Exponential e = exponential(code_.op(Code::add, b, b), Constants::bias);
    const Value scale = shift(Code::shift_left, e.shifted);
    const Value sum = code_.op(Code::multiply_add, e.power, scale, one);
    const Value large = code_.op(Code::sub, one, code_.op(Code::div, number(2), sum));

    const Value is_small = compare(a, Constants::tanh_small, Predicate::less);
    return code_.op(Code::bit_or, code_.op(Code::blend, is_small, small, large),
                    code_.op(Code::bit_and, x, code_.constant_bits(sign_bit)));
  }

 private:
  using Constants = ExponentialConstants<T>;
  using Bits = typename Constants::Bits;

  /// e^x = power 2^integer. The lowest bits of `shifted` are those of integer + offset.
  struct Exponential {
    Value power;
    Value integer;
    Value shifted;
  };

  Value number(T value) { return code_.constant(static_cast<double>(value)); }

  Value shift(Code direction, Value x) {
    return code_.op(direction, x, VectorCode::no_value, VectorCode::no_value,
                    Constants::mantissa_bits);
  }

  Value compare(Value x, T bound, Predicate predicate) {
    return code_.op(Code::compare, x, number(bound), VectorCode::no_value, predicate);
  }

  template <class Coefficients>
  Value polynomial(Value x, const Coefficients& c) {
    Value sum = number(c.back());
    for (std::size_t i = c.size() - 1; i-- > 0;)
      sum = code_.op(Code::multiply_add, sum, x, number(c[i]));
    return sum;
  }

  Exponential exponential(Value x, T offset) {
    const Value shift = number(Constants::to_integer + offset);
    const Value t = code_.op(Code::multiply_add, x, number(Constants::log2_e), shift);
    const Value n = code_.op(Code::sub, t, shift);
    Value r = code_.op(Code::negative_multiply_add, n, number(Constants::ln2_high), x);
    r = code_.op(Code::negative_multiply_add, n, number(Constants::ln2_low), r);
    return {polynomial(r, Constants::exp_series), n, t};
  }

  Value log_tail(Value f) {
    const Value square = code_.op(Code::mul, f, f);
    if constexpr (sizeof(T) == sizeof(float)) {
      return code_.op(Code::mul, square, polynomial(f, Constants::log_series));
    } else {
      const Value s = code_.op(Code::div, f, code_.op(Code::add, f, number(2)));
      const Value z = code_.op(Code::mul, s, s);
      const Value half = code_.op(Code::mul, square, number(0.5));
      const Value series = polynomial(z, Constants::log_series);
      return code_.op(Code::multiply_subtract, s, code_.op(Code::multiply_add, z, series, half),
                      half);
    }
  }

  Value with_limits(Value x, Value result) {
    using Limits = std::numeric_limits<T>;
    const Value finite = compare(x, Limits::infinity(), Predicate::less);
    result = code_.op(Code::blend, finite, result, x);
    const Value at_zero = compare(x, 0, Predicate::equal);
    result = code_.op(Code::blend, at_zero, number(-Limits::infinity()), result);
    const Value negative = compare(x, 0, Predicate::less);
    return code_.op(Code::blend, negative, number(Limits::quiet_NaN()), result);
  }

  VectorCode& code_;
};

}  // namespace

Value append_exp(Value x, VectorCode& code) {
  return visit_floating(code.dtype(), [&]<class T>(std::type_identity<T>) {
    return ExponentialCode<T>(code).exp(x);
  });
}

Value append_log(Value x, VectorCode& code) {
  return visit_floating(code.dtype(), [&]<class T>(std::type_identity<T>) {
    return ExponentialCode<T>(code).log(x);
  });
}

Value append_tanh(Value x, VectorCode& code) {
  return visit_floating(code.dtype(), [&]<class T>(std::type_identity<T>) {
    return ExponentialCode<T>(code).tanh(x);
  });
}

}  // namespace deft
