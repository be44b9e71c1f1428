#include "element_functions.hpp"

namespace deft::digest {

const std::vector<Unary>& unary_functions() {
  static const std::vector<Unary> all{
      {"abs", [](const Output& x) { return abs(x); }, false},
      {"neg", [](const Output& x) { return neg(x); }, false},
      {"sign", [](const Output& x) { return sign(x); }, false},
      {"square", [](const Output& x) { return square(x); }, false},
      {"exp", [](const Output& x) { return exp(x); }, true},
      {"log", [](const Output& x) { return log(x); }, true},
      {"rsqrt", [](const Output& x) { return rsqrt(x); }, true},
      {"sqrt", [](const Output& x) { return sqrt(x); }, true},
      {"tanh", [](const Output& x) { return tanh(x); }, true},
  };
  return all;
}

const std::vector<Binary>& binary_functions() {
  static const std::vector<Binary> all{
      {"add", [](const Operand& x, const Operand& y) { return add(x, y); }},
      {"sub", [](const Operand& x, const Operand& y) { return sub(x, y); }},
      {"mul", [](const Operand& x, const Operand& y) { return mul(x, y); }},
      {"maximum", [](const Operand& x, const Operand& y) { return maximum(x, y); }},
      {"minimum", [](const Operand& x, const Operand& y) { return minimum(x, y); }},
  };
  return all;
}

const std::vector<Binary>& comparisons() {
  static const std::vector<Binary> all{
      {"equal", [](const Operand& x, const Operand& y) { return equal(x, y); }},
      {"not_equal", [](const Operand& x, const Operand& y) { return not_equal(x, y); }},
      {"less", [](const Operand& x, const Operand& y) { return less(x, y); }},
      {"less_equal", [](const Operand& x, const Operand& y) { return less_equal(x, y); }},
      {"greater", [](const Operand& x, const Operand& y) { return greater(x, y); }},
      {"greater_equal", [](const Operand& x, const Operand& y) { return greater_equal(x, y); }},
  };
  return all;
}

Output divide(const Operand& x, const Output& y) {
  return div(x, is_floating(y.dtype()) ? y : where(equal(y, 0), 3, y));
}

Output power(const Operand& x, const Output& y) {
  return pow(x, is_floating(y.dtype()) ? y : maximum(minimum(abs(y), 5), 0));
}

}  // namespace deft::digest
