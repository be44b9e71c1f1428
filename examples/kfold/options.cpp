#include "options.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>

#include "common/command_line.hpp"
#include "common/common_options.hpp"
#include "common/distinct_files.hpp"
#include "common/numbers.hpp"

namespace examples::kfold {
namespace {

// Keep a slip of the finger from filling the machine's memory; nothing else depends on them.
constexpr std::int64_t max_rows = 1'000'000;
constexpr std::int64_t max_features = 10'000;
constexpr std::int64_t max_folds = 100;
constexpr std::size_t max_penalties = 100;
constexpr std::int64_t max_steps = 1'000'000'000'000;

/// Numbers with commas between them, sorted. They lie on a logarithmic axis, so none is 0.
std::vector<double> penalties(const Argument& argument) {
  std::vector<double> values;
  std::string_view rest = argument.text;
  for (bool last = false; !last;) {
    const std::size_t comma = rest.find(',');
    last = comma == std::string_view::npos;
    values.push_back(Argument{argument.option, rest.substr(0, comma)}.positive_number());
    if (!last) rest.remove_prefix(comma + 1);
    if (values.size() > max_penalties) {
      argument.fail("has more than " + std::to_string(max_penalties) + " numbers");
    }
  }
  std::sort(values.begin(), values.end());
  // Far from where products with the data would overflow.
  if (values.front() < 1e-100 || values.back() > 1e100) {
    argument.fail("has numbers outside 1e-100 to 1e+100");
  }
  const auto twice = std::adjacent_find(values.begin(), values.end());
  if (twice != values.end()) argument.fail("has " + shortest(*twice) + " twice");
  return values;
}

constexpr OptionDef<Options> option_defs[] = {
    {"--rows", "N", "rows of generated data (default 400)",
     [](Options& o, const Argument& a) { o.rows = a.integer(2, max_rows); }},
    {"--features", "N", "features of generated data (default 200)",
     [](Options& o, const Argument& a) { o.features = a.integer(1, max_features); }},
    {"--seed", "N", "of generated data, and of the folds (default 1)",
     [](Options& o, const Argument& a) {
       o.seed = static_cast<std::uint32_t>(a.integer(0, std::numeric_limits<std::uint32_t>::max()));
     }},
    data_option<Options>,
    target_option<Options>,
    {"--folds", "K", "parts, each of which validates once (default 5)",
     [](Options& o, const Argument& a) { o.folds = a.integer(2, max_folds); }},
    {"--penalties", "LIST", "numbers with commas between (default 0.001,0.003,...,100)",
     [](Options& o, const Argument& a) { o.penalties = penalties(a); }},
    {"--steps", "N", "steps of gradient descent (default 1000)",
     [](Options& o, const Argument& a) { o.steps = a.integer(1, max_steps); }},
    {"--learning-rate", "R", "length of a step (default: what suits each model)",
     [](Options& o, const Argument& a) { o.learning_rate = a.positive_number(); }},
    threads_option<Options>,
    {"--svg", "FILE.svg", "draw the errors over the penalty",
     [](Options& o, const Argument& a) { o.svg = a.text; }},
    {"--trace", "FILE.json", "write a trace of the first steps, for Perfetto or chrome://tracing",
     [](Options& o, const Argument& a) { o.trace = a.text; }},
    {"--json", "", "print one JSON object instead of the table",
     [](Options& o, const Argument&) { o.json = true; }},
    help_option<Options>,
};

void check_combinations(const Options& options, const std::set<std::string_view>& given) {
  check_data_options(given, {"--rows", "--features"});
  check_distinct_files(
      {{"--data", options.data}, {"--svg", options.svg}, {"--trace", options.trace}});
}

}  // namespace

Options parse_options(std::span<const char* const> arguments) {
  Options options;
  check_combinations(options, apply_options(arguments, option_defs, options));
  return options;
}

std::string usage() {
  return "Chooses the penalty of a ridge regression by k-fold cross-validation: all models, one "
         "for\n"
         "each fold and penalty, are trained at once, in one deferred graph.\n"
         "\n"
         "usage: kfold [options]\n"
         "\n" +
         help_lines(option_defs) +
         "\n"
         "Exit status: 0 on success, 1 if the training does not arrive at the closed form, 2 on "
         "any\n"
         "other error.\n";
}

}  // namespace examples::kfold
