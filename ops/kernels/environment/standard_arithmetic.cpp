#include "standard_arithmetic.hpp"

#include <cstdint>

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace deft {
namespace {

#if defined(__x86_64__)

constexpr unsigned default_mxcsr = 0x1F80;      // all exceptions masked, nothing else
constexpr unsigned mxcsr_controls = 0xFFC0;     // all but the exception flags
constexpr std::uint16_t default_x87 = 0x037F;   // likewise, with 64 bits of precision
constexpr std::uint16_t x87_controls = 0x0F3F;  // all but reserved bits

bool is_standard() {
  std::uint16_t x87 = 0;
  asm volatile("fnstcw %0" : "=m"(x87));
  return (_mm_getcsr() & mxcsr_controls) == default_mxcsr &&
         (x87 & x87_controls) == (default_x87 & x87_controls);
}

void set_standard() {
  std::fesetenv(FE_DFL_ENV);
  _mm_setcsr(default_mxcsr);  // not every C library sees to flush-to-zero
}

#elif defined(__aarch64__)

bool is_standard() {
  std::uint64_t control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  return control == 0;
}

void set_standard() {
  std::fesetenv(FE_DFL_ENV);
  asm volatile("msr fpcr, %0" : : "r"(std::uint64_t{0}));
}

#else

bool is_standard() { return false; }

void set_standard() { std::fesetenv(FE_DFL_ENV); }

#endif

}  // namespace

StandardArithmetic::StandardArithmetic() : changed_(!is_standard()) {
  if (!changed_) return;
  std::fegetenv(&outer_);
  set_standard();
}

}  // namespace deft
