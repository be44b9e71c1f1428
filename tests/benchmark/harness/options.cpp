#include "options.hpp"

#include <charconv>
#include <system_error>

namespace deft::benchmark {
namespace {

constexpr int max_threads = 1024;

int parse_threads(const std::string& text) {
  int threads = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, threads);
  if (error != std::errc{} || stop != end || threads < 1 || threads > max_threads)
    throw BadArguments("--threads: '" + text + "' is not a whole number from 1 to " +
                       std::to_string(max_threads));
  return threads;
}

}  // namespace

Pattern::Pattern(const std::string& text) {
  auto compiled = std::make_unique<regex_t>();
  if (const int error = regcomp(compiled.get(), text.c_str(), REG_EXTENDED | REG_NOSUB)) {
    char reason[128];
    regerror(error, compiled.get(), reason, sizeof reason);
    throw BadArguments("--case: '" + text + "' is not a regular expression: " + reason);
  }
  compiled_ = {compiled.release(), [](regex_t* regex) {
                 regfree(regex);
                 delete regex;
               }};
}

bool Pattern::is_found_in(std::string_view text) const {
  return regexec(compiled_.get(), std::string(text).c_str(), 0, nullptr, 0) == 0;
}

Options parse_options(const std::vector<std::string>& words) {
  Options options;
  for (auto word = words.begin(); word != words.end(); ++word) {
    const auto value = [&, option = *word]() -> const std::string& {
      if (++word == words.end()) throw BadArguments(option + " needs a value");
      return *word;
    };
    if (*word == "--help") {
      options.help = true;
    } else if (*word == "--json") {
      options.json = true;
    } else if (*word == "--smoke") {
      options.smoke = true;
    } else if (*word == "--case") {
      options.cases = Pattern(value());
    } else if (*word == "--threads") {
      options.threads = parse_threads(value());
    } else if (*word == "--child") {
      value();
      options.child.assign(word, words.end());
      break;
    } else {
      throw BadArguments("unknown option '" + *word + "'; see --help");
    }
  }
  return options;
}

std::string usage() {
  return R"(Compares deft with hand-written references. Each line is the median of several rounds, in which both
take turns; a ratio is deft's time divided by the reference's.

  --case REGEX  run the cases in whose names REGEX is found (default: all)
  --threads N   threads of the cases that use several (default 2, for which the bars are meant);
                1: leave those cases out
  --json        print one JSON object a line
  --smoke       only check that all cases work and agree with their references, on tiny sizes
  --help        print this

Exits with 0, whether bars are passed or missed; 1: deft and a reference disagree, or a case fails;
2: bad arguments.
)";
}

}  // namespace deft::benchmark
