#pragma once

#include <string_view>

namespace deft {

/// The user's file and line, captured where a builder is called.
/// `current()` as a default argument or default member initialiser names the caller.
/// (clang 14 has no <source_location>; the builtins below work in g++ and clang.)
struct SourceLocation {
  const char* file = "";
  int line = 0;  // 0: not known, and errors name no line

  static constexpr SourceLocation current(const char* file = __builtin_FILE(),
                                          int line = __builtin_LINE()) {
    return {file, line};
  }

  /// The default of a member `where` of an options struct, `header` being the __FILE__ of that
  /// struct: the user's line for `Options options{};`. Without the braces C++ takes the line of the
  /// member itself, which helps nobody: then the line is not known.
  static constexpr SourceLocation outside(std::string_view header,
                                          const char* file = __builtin_FILE(),
                                          int line = __builtin_LINE()) {
    return header == file ? SourceLocation{} : SourceLocation{file, line};
  }
};

}  // namespace deft
