#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "support/instruction_sets.hpp"

namespace deft::digest {
namespace {

/// A whole number from 1 on.
template <class T>
T positive(const std::string& option, const std::string& text) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1)
    throw std::invalid_argument(option + " takes a number from 1 on, not '" + text + "'");
  return number;
}

std::vector<int> list(const std::string& option, const std::string& text) {
  std::vector<int> numbers;
  std::istringstream in(text);
  for (std::string each; std::getline(in, each, ',');)
    numbers.push_back(positive<int>(option, each));
  if (numbers.empty()) throw std::invalid_argument(option + " takes numbers such as 1,2");
  return numbers;
}

/// One of those that this processor has.
std::int64_t instruction_set(const std::string& name) {
  const std::vector<std::int64_t> present = InstructionSet::all();
  const std::pair<const char*, std::int64_t> known[] = {
      {"avx512", HWY_AVX3}, {"avx2", HWY_AVX2}, {"sse4", HWY_SSE4}, {"none", present.back()}};
  for (const auto& [each, target] : known)
    if (name == each && std::ranges::count(present, target) > 0) return target;
  throw std::invalid_argument("this processor has no instruction set '" + name +
                              "'; known are avx512, avx2, sse4 and none");
}

}  // namespace

const char* const usage =
    "deft_digest [option...]: a digest of the results of random graphs and models\n"
    "  --graphs N           random graphs of each kind (400)\n"
    "  --threads LIST       numbers of threads (1,2,3,4,8)\n"
    "  --instructions NAME  avx512, avx2, sse4 or none, instead of the best that there is\n"
    "  --only TEXT          families whose names contain TEXT\n"
    "  --verbose            a line for each graph too\n";

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& option = arguments[i];
    const auto value = [&]() -> const std::string& {
      if (++i == arguments.size()) throw std::invalid_argument(option + " takes a value");
      return arguments[i];
    };
    if (option == "--graphs")
      options.graphs = positive<std::size_t>(option, value());
    else if (option == "--threads")
      options.threads = list(option, value());
    else if (option == "--instructions")
      options.instructions = instruction_set(value());
    else if (option == "--only")
      options.only = value();
    else if (option == "--verbose")
      options.verbose = true;
    else if (option == "--help")
      options.help = true;
    else
      throw std::invalid_argument("there is no option " + option);
  }
  return options;
}

}  // namespace deft::digest
