#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <regex.h>

namespace deft::benchmark {

class BadArguments : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A POSIX extended regular expression: g++ 12 warns of std::regex under AddressSanitizer.
class Pattern {
 public:
  /// Throws BadArguments.
  explicit Pattern(const std::string& text);

  bool is_found_in(std::string_view text) const;

 private:
  std::shared_ptr<const regex_t> compiled_;
};

struct Options {
  bool help = false;
  bool json = false;
  bool smoke = false;
  Pattern cases{""};  // found in a case's name
  int threads = 2;
  std::vector<std::string> child;  // mode and arguments, if this process is a child
};

/// Throws BadArguments.
Options parse_options(const std::vector<std::string>& words);

std::string usage();

}  // namespace deft::benchmark
