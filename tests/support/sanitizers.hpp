#pragma once

namespace deft {

#ifdef __SANITIZE_ADDRESS__
inline constexpr bool address_sanitizer = true;
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
