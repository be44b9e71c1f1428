#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace examples {

/// The value given for an option, and how to read it. Throws UserError.
struct Argument {
  std::string_view option;
  std::string_view text;

  [[noreturn]] void fail(const std::string& problem) const;
  std::int64_t integer(std::int64_t min, std::int64_t max) const;
  int threads() const;  // of a session
  double positive_number() const;
};

/// An option, in the one place that both the parser and the help text read.
template <class Options>
struct OptionDef {
  std::string_view name;
  std::string_view value;  // what stands for the value in the help text; empty: the option has
                           // none; in brackets: it may be left out
  std::string_view help;
  void (*apply)(Options&, const Argument&);
};

/// The words that follow a program's name, read one option at a time. Throws UserError.
class CommandLine {
 public:
  explicit CommandLine(std::span<const char* const> words) : rest_(words) {}

  bool at_end() const { return rest_.empty(); }

  /// The name of the next option: --rows of --rows 5 and of --rows=5.
  std::string_view take_name();

  /// The value of the option whose name was taken last; `placeholder` is OptionDef::value. Empty if
  /// there is none.
  Argument take_argument(std::string_view option, std::string_view placeholder);

 private:
  std::span<const char* const> rest_;
  std::optional<std::string_view> value_;  // in the same word as the name
};

[[noreturn]] void fail_unknown_option(std::string_view name);
[[noreturn]] void fail_repeated_option(std::string_view name);

/// Applies what `words` say to `options`; returns the names of the options given. Throws UserError,
/// also for an option given twice: one of its values would have no effect.
template <class Options, std::size_t count>
std::set<std::string_view> apply_options(std::span<const char* const> words,
                                         const OptionDef<Options> (&defs)[count],
                                         Options& options) {
  std::set<std::string_view> given;
  CommandLine line(words);
  while (!line.at_end()) {
    const std::string_view name = line.take_name();
    const auto def = std::find_if(std::begin(defs), std::end(defs),
                                  [&](const auto& candidate) { return candidate.name == name; });
    if (def == std::end(defs)) fail_unknown_option(name);
    if (!given.insert(def->name).second) fail_repeated_option(def->name);
    def->apply(options, line.take_argument(def->name, def->value));
  }
  return given;
}

/// A line of the help text.
std::string help_line(std::string_view name, std::string_view value, std::string_view help);

/// The lines of the help text about all options.
template <class Options, std::size_t count>
std::string help_lines(const OptionDef<Options> (&defs)[count]) {
  std::string text;
  for (const OptionDef<Options>& def : defs) text += help_line(def.name, def.value, def.help);
  return text;
}

}  // namespace examples
