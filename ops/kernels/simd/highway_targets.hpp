#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DEFT_SANITIZED
#elif defined(__has_feature)  // as clang says it
#if __has_feature(address_sanitizer)
#define DEFT_SANITIZED
#endif
#endif

// Under a sanitizer each instruction set takes a minute to compile: AVX2 and the fallback stand for
// all.
#ifdef DEFT_SANITIZED
#define DEFT_SANITIZED_TARGETS (HWY_AVX3 | HWY_SSE4)
#else
#define DEFT_SANITIZED_TARGETS 0
#endif

/// Include this before any header of Highway. It leaves AVX-512, AVX2, SSE4 and a plain fallback on
/// x86-64, and NEON on Arm: what lies between pays for its compile time nowhere, and arrays of
/// vectors need vectors of a fixed size.
#define HWY_DISABLED_TARGETS                                                             \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | \
   DEFT_SANITIZED_TARGETS)
