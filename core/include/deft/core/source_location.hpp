#pragma once

namespace deft {

/// The user's file and line, captured where a builder is called.
/// `current()` as a default argument or default member initialiser names the caller.
/// (clang 14 has no <source_location>; the builtins below work in g++ and clang.)
struct SourceLocation {
  const char* file = "";
  int line = 0;

  static constexpr SourceLocation current(const char* file = __builtin_FILE(),
                                          int line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace deft
