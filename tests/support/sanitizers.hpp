#pragma once

namespace deft {

/// True if this was compiled for a sanitizer, under which tests that repeat one thing for many
/// seeds and threads take fewer of them.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace deft
