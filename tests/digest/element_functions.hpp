#pragma once

#include <vector>

#include <deft/deft.hpp>

namespace deft::digest {

struct Unary {
  const char* name;
  Output (*apply)(const Output&);
  bool floating;  // of floating dtypes only
};

struct Binary {
  const char* name;
  Output (*apply)(const Operand&, const Operand&);
};

// What there was when the first digest was made. An operation that comes later has no place here:
// the random graphs would be others.
const std::vector<Unary>& unary_functions();
const std::vector<Binary>& binary_functions();  // all but div and pow, which integers restrict
const std::vector<Binary>& comparisons();       // of numeric dtypes

/// Integers are divided by what is not 0, and have exponents from 0 to 5.
Output divide(const Operand& x, const Output& y);
Output power(const Operand& x, const Output& y);

}  // namespace deft::digest
