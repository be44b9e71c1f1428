#include "command_line.hpp"

#include <charconv>
#include <system_error>

#include "errors.hpp"
#include "numbers.hpp"
#include "text.hpp"

namespace examples {
namespace {

bool is_option(std::string_view word) { return word.starts_with("--"); }

}  // namespace

void Argument::fail(const std::string& problem) const {
  throw UserError(std::string(option) + ": " + quoted(text) + " " + problem);
}

std::int64_t Argument::integer(std::int64_t min, std::int64_t max) const {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < min || value > max) {
    fail("is not a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return value;
}

int Argument::threads() const {
  constexpr std::int64_t most = 1024;  // far more than a machine has; nothing else depends on it
  return static_cast<int>(integer(1, most));
}

double Argument::positive_number() const {
  const ParsedNumber number = parse_number(text);
  if (number.problem != nullptr) fail(number.problem);
  if (number.value <= 0) fail("is not greater than zero");
  return number.value;
}

std::string_view CommandLine::take_name() {
  const std::string_view word = rest_.front();
  rest_ = rest_.subspan(1);
  value_.reset();
  const std::size_t equals = is_option(word) ? word.find('=') : std::string_view::npos;
  if (equals == std::string_view::npos) return word;
  value_ = word.substr(equals + 1);
  return word.substr(0, equals);
}

Argument CommandLine::take_argument(std::string_view option, std::string_view placeholder) {
  Argument argument{option, value_.value_or("")};
  if (placeholder.empty()) {
    if (value_) throw UserError(std::string(option) + " takes no value");
    return argument;
  }
  const bool value_follows = !rest_.empty() && !is_option(rest_.front());
  if (!value_ && value_follows) {
    argument.text = rest_.front();
    rest_ = rest_.subspan(1);
  }
  const bool may_be_left_out = placeholder.starts_with('[') && !value_;
  if (argument.text.empty() && !may_be_left_out) {
    throw UserError(std::string(option) + " needs a value: " + std::string(placeholder));
  }
  return argument;
}

void fail_unknown_option(std::string_view name) {
  throw UserError(quoted(name) + " is not an option; --help lists them");
}

void fail_repeated_option(std::string_view name) {
  throw UserError(std::string(name) + " is given twice");
}

std::string help_line(std::string_view name, std::string_view value, std::string_view help) {
  std::string left = "  " + std::string(name) + " " + std::string(value);
  left.resize(26, ' ');
  return left + std::string(help) + "\n";
}

}  // namespace examples
