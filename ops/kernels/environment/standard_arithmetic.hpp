#pragma once

#include <cfenv>

namespace deft {

/// While it lives, the thread computes as IEEE 754 has it by default: it rounds to nearest, keeps
/// subnormal numbers, and goes on after every exception. So what a host program sets
/// (flush-to-zero, another rounding, traps) reaches no result. Where the thread's own environment
/// differs, it comes back afterwards, its exception flags included; else the flags that kernels
/// raise remain, and a guard costs two reads of registers.
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
