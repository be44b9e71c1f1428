#pragma once

namespace deft {

#ifdef __SANITIZE_ADDRESS__
inline constexpr bool address_sanitizer = true;
#elif defined(__has_feature)  // as clang says it
inline constexpr bool address_sanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool address_sanitizer = false;
#endif

#ifdef __SANITIZE_THREAD__
inline constexpr bool thread_sanitizer = true;
#else
inline constexpr bool thread_sanitizer = false;
#endif

/// True if this was compiled for a sanitizer, under which tests that repeat one thing for many
/// seeds and threads take fewer of them.
inline constexpr bool sanitized = address_sanitizer || thread_sanitizer;

}  // namespace deft
