#pragma once

#include <cfenv>

namespace deft {

/// While it lives, the thread computes as IEEE 754 has it by default: it rounds to nearest, keeps
/// subnormal numbers, and goes on after every exception. The thread's own environment, its
/// exception flags included, comes back afterwards. So what a host program sets (flush-to-zero,
/// another rounding, traps) reaches no result. Where the environment is the default one already,
/// a guard costs two reads of registers.
class StandardArithmetic {
 public:
  StandardArithmetic();
  ~StandardArithmetic() {
    if (changed_) std::fesetenv(&outer_);
  }
  StandardArithmetic(const StandardArithmetic&) = delete;
  StandardArithmetic& operator=(const StandardArithmetic&) = delete;

 private:
  std::fenv_t outer_;  // known if `changed_`
  bool changed_;
};

}  // namespace deft
