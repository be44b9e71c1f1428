#include "options.hpp"

#include <limits>
#include <set>
#include <string_view>

#include "common/command_line.hpp"
#include "common/common_options.hpp"
#include "common/distinct_files.hpp"
#include "common/errors.hpp"
#include "common/numbers.hpp"

namespace examples::regression {
namespace {

deft::DType dtype(const Argument& argument) {
  if (argument.text == "f32") return deft::DType::f32;
  if (argument.text == "f64") return deft::DType::f64;
  argument.fail("is neither f32 nor f64");
}

std::vector<GradientKind> gradients(const Argument& argument) {
  if (argument.text == "manual") return {GradientKind::manual};
  if (argument.text == "symbolic") return {GradientKind::symbolic};
  if (argument.text == "both") return {GradientKind::manual, GradientKind::symbolic};
  argument.fail("is none of manual, symbolic and both");
}

// Keep a slip of the finger from filling the machine's memory; nothing else depends on them.
constexpr std::int64_t max_rows = 10'000'000;
constexpr std::int64_t max_epochs = 1'000'000'000'000;
constexpr std::int64_t max_degree = 30;

constexpr OptionDef<Options> option_defs[] = {
    {"--rows", "N", "rows of generated data (default 10000)",
     [](Options& o, const Argument& a) { o.rows = a.integer(2, max_rows); }},
    {"--epochs", "N", "steps of gradient descent (default 10000); 0: closed form alone",
     [](Options& o, const Argument& a) { o.epochs = a.integer(0, max_epochs); }},
    {"--learning-rate", "R", "length of a step (default 0.001)",
     [](Options& o, const Argument& a) { o.learning_rate = a.positive_number(); }},
    {"--dtype", "f32|f64", "floating-point type of the training (default f64)",
     [](Options& o, const Argument& a) { o.dtype = dtype(a); }},
    threads_option<Options>,
    {"--gradient", "KIND", "manual, symbolic or both (default both)",
     [](Options& o, const Argument& a) { o.gradients = gradients(a); }},
    data_option<Options>,
    target_option<Options>,
    {"--degree", "K", "use the powers 1 to K of the only feature (default 1)",
     [](Options& o, const Argument& a) { o.degree = static_cast<int>(a.integer(1, max_degree)); }},
    {"--no-intercept", "", "fit without a constant term",
     [](Options& o, const Argument&) { o.intercept = false; }},
    {"--standardize", "", "train on columns of mean 0 and variance 1; coefficients as without",
     [](Options& o, const Argument&) { o.standardize = true; }},
    {"--plot", "FILE.svg", "draw the fit and the loss curve (trains once more)",
     [](Options& o, const Argument& a) { o.plot = a.text; }},
    {"--graph", "FILE.dot", "write the graph that ran last, for Graphviz",
     [](Options& o, const Argument& a) { o.graph = a.text; }},
    {"--json", "", "print one JSON object instead of the table",
     [](Options& o, const Argument&) { o.json = true; }},
    help_option<Options>,
};

void check_combinations(const Options& options, const std::set<std::string_view>& given) {
  const bool fits_f32 = options.learning_rate >= std::numeric_limits<float>::min() &&
                        options.learning_rate <= std::numeric_limits<float>::max();
  if (options.dtype == deft::DType::f32 && !fits_f32) {
    throw UserError("--learning-rate: " + shortest(options.learning_rate) + " does not fit f32");
  }
  check_data_options(given, {"--rows"});
  if (options.standardize && !options.intercept) {
    throw UserError(
        "--standardize moves columns to mean 0, which takes a constant term; leave out "
        "--no-intercept");
  }
  check_distinct_files(
      {{"--data", options.data}, {"--plot", options.plot}, {"--graph", options.graph}});
}

}  // namespace

Options parse_options(std::span<const char* const> arguments) {
  Options options;
  check_combinations(options, apply_options(arguments, option_defs, options));
  return options;
}

std::string usage() {
  return "Linear regression by gradient descent, as a deferred graph.\n"
         "\n"
         "usage: regression [options]\n"
         "\n" +
         help_lines(option_defs) +
         "\n"
         "Data with two coefficients train the article's TensorFlow program too.\n"
         "\n"
         "Exit status: 0 on success, 1 if the training diverges, 2 on any other error.\n";
}

}  // namespace examples::regression
