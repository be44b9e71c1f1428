#pragma once

#include <cfenv>

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace deft {

/// What a test changes of this thread's floating-point environment is undone at its end.
class KeptFloatEnvironment {
 public:
  KeptFloatEnvironment() { std::fegetenv(&outer_); }
  ~KeptFloatEnvironment() { std::fesetenv(&outer_); }
  KeptFloatEnvironment(const KeptFloatEnvironment&) = delete;
  KeptFloatEnvironment& operator=(const KeptFloatEnvironment&) = delete;

 private:
  std::fenv_t outer_{};
};

/// Makes `exceptions` signals from now on.
inline void trap(int exceptions) {
  std::feclearexcept(FE_ALL_EXCEPT);  // an old one would be a signal at once
  feenableexcept(exceptions);
}

/// As a library linked with -ffast-math does; false where the processor is none that this knows.
inline bool flush_subnormals_to_zero() {
#ifdef __x86_64__
  constexpr unsigned flush_to_zero_and_denormals_are_zero = 0x8040;
  _mm_setcsr(_mm_getcsr() | flush_to_zero_and_denormals_are_zero);
  return true;
#else
  return false;
#endif
}

}  // namespace deft
