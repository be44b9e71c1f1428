#include "options.hpp"

#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

#include "errors.hpp"
#include "numbers.hpp"
#include "text.hpp"

namespace regression {
namespace {

/// The value given for an option, and how to read it.
struct Argument {
  std::string_view option;
  std::string_view text;

  [[noreturn]] void fail(const std::string& problem) const {
    throw UserError(std::string(option) + ": " + quoted(text) + " " + problem);
  }

  std::int64_t integer(std::int64_t min, std::int64_t max) const {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < min || value > max) {
      fail("is not a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    }
    return value;
  }

  double positive_number() const {
    const ParsedNumber number = parse_number(text);
    if (number.problem != nullptr) fail(number.problem);
    if (number.value <= 0) fail("is not greater than zero");
    return number.value;
  }

  deft::DType dtype() const {
    if (text == "f32") return deft::DType::f32;
    if (text == "f64") return deft::DType::f64;
    fail("is neither f32 nor f64");
  }

  std::vector<GradientKind> gradients() const {
    if (text == "manual") return {GradientKind::manual};
    if (text == "symbolic") return {GradientKind::symbolic};
    if (text == "both") return {GradientKind::manual, GradientKind::symbolic};
    fail("is none of manual, symbolic and both");
  }
};

/// An option, in the one place that both the parser and the help text read.
struct OptionDef {
  std::string_view name;
  std::string_view value;  // what stands for the value in the help text; empty: the option has none
  std::string_view help;
  void (*apply)(Options&, const Argument&);
};

// Keep a slip of the finger from filling the machine's memory; nothing else depends on them.
constexpr std::int64_t max_rows = 10'000'000;
constexpr std::int64_t max_epochs = 1'000'000'000'000;
constexpr std::int64_t max_threads = 1024;
constexpr std::int64_t max_degree = 30;

constexpr OptionDef option_defs[] = {
    {"--rows", "N", "rows of generated data (default 10000)",
     [](Options& o, const Argument& a) { o.rows = a.integer(2, max_rows); }},
    {"--epochs", "N", "steps of gradient descent (default 10000); 0: closed form alone",
     [](Options& o, const Argument& a) { o.epochs = a.integer(0, max_epochs); }},
    {"--learning-rate", "R", "length of a step (default 0.001)",
     [](Options& o, const Argument& a) { o.learning_rate = a.positive_number(); }},
    {"--dtype", "f32|f64", "floating-point type of the training (default f64)",
     [](Options& o, const Argument& a) { o.dtype = a.dtype(); }},
    {"--threads", "N", "threads of a session (default: all CPUs of this process)",
     [](Options& o, const Argument& a) {
       o.threads = static_cast<int>(a.integer(1, max_threads));
     }},
    {"--gradient", "KIND", "manual, symbolic or both (default both)",
     [](Options& o, const Argument& a) { o.gradients = a.gradients(); }},
    {"--data", "FILE.csv", "fit these data; the first line names the columns",
     [](Options& o, const Argument& a) { o.data = a.text; }},
    {"--target", "COLUMN", "the column of FILE.csv to predict (default: the last)",
     [](Options& o, const Argument& a) { o.target = a.text; }},
    {"--degree", "K", "use the powers 1 to K of the only feature (default 1)",
     [](Options& o, const Argument& a) { o.degree = static_cast<int>(a.integer(1, max_degree)); }},
    {"--no-intercept", "", "fit without a constant term",
     [](Options& o, const Argument&) { o.intercept = false; }},
    {"--plot", "FILE.svg", "draw the fit and the loss curve (trains once more)",
     [](Options& o, const Argument& a) { o.plot = a.text; }},
    {"--graph", "FILE.dot", "write the graph that ran last, for Graphviz",
     [](Options& o, const Argument& a) { o.graph = a.text; }},
    {"--json", "", "print one JSON object instead of the table",
     [](Options& o, const Argument&) { o.json = true; }},
    {"--help", "", "print this text", [](Options& o, const Argument&) { o.help = true; }},
};

bool is_option(std::string_view word) { return word.starts_with("--"); }

/// An option as the user writes it: --rows or --rows=5.
struct Word {
  std::string_view name;
  std::optional<std::string_view> value;
};

Word split(std::string_view word) {
  const std::size_t equals = is_option(word) ? word.find('=') : std::string_view::npos;
  if (equals == std::string_view::npos) return {word, std::nullopt};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

const OptionDef& find_option(std::string_view name) {
  for (const OptionDef& option : option_defs) {
    if (option.name == name) return option;
  }
  throw UserError(quoted(name) + " is not an option; --help lists them");
}

void check_combinations(const Options& options, bool rows_given) {
  const bool fits_f32 = options.learning_rate >= std::numeric_limits<float>::min() &&
                        options.learning_rate <= std::numeric_limits<float>::max();
  if (options.dtype == deft::DType::f32 && !fits_f32) {
    throw UserError("--learning-rate: " + shortest(options.learning_rate) + " does not fit f32");
  }
  if (!options.data.empty() && rows_given) {
    throw UserError("--rows is for generated data; leave it out with --data");
  }
  if (options.data.empty() && !options.target.empty()) {
    throw UserError("--target names a column of a file; give the file with --data");
  }
  const auto check_distinct = [](const char* names, const std::string& a, const std::string& b) {
    if (!a.empty() && a == b) throw UserError(names + (" name the same file, " + quoted(a)));
  };
  check_distinct("--plot and --graph", options.plot, options.graph);
  check_distinct("--data and --plot", options.data, options.plot);
  check_distinct("--data and --graph", options.data, options.graph);
}

}  // namespace

Options parse_options(std::span<const char* const> arguments) {
  Options options;
  bool rows_given = false;
  for (auto next = arguments.begin(); next != arguments.end();) {
    const Word word = split(*next++);
    const OptionDef& option = find_option(word.name);
    Argument argument{option.name, word.value.value_or("")};
    if (option.value.empty()) {
      if (word.value) throw UserError(std::string(option.name) + " takes no value");
    } else {
      const bool value_follows = next != arguments.end() && !is_option(*next);
      if (!word.value && value_follows) argument.text = *next++;
      if (argument.text.empty()) {
        throw UserError(std::string(option.name) + " needs a value: " + std::string(option.value));
      }
    }
    option.apply(options, argument);
    rows_given = rows_given || option.name == "--rows";
  }
  check_combinations(options, rows_given);
  return options;
}

std::string usage() {
  std::string text =
      "Linear regression by gradient descent, as a deferred graph.\n"
      "\n"
      "usage: regression [options]\n"
      "\n";
  for (const OptionDef& option : option_defs) {
    std::string left = "  " + std::string(option.name) + " " + std::string(option.value);
    left.resize(26, ' ');
    text += left + std::string(option.help) + "\n";
  }
  return text +
         "\n"
         "Exit status: 0 on success, 1 if the training diverges, 2 on any other error.\n";
}

}  // namespace regression
