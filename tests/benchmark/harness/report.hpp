#pragma once

#include <span>
#include <string_view>

#include "case.hpp"
#include "harness.hpp"

namespace deft::benchmark {

enum class Format { table, json, smoke };

/// Prints a line for each case as soon as it is known.
class Report {
 public:
  Report(Format format, std::span<const Case> cases);

  /// `latency`: core_to_core_nanoseconds(), beside cases of several threads.
  void add(const Case& c, const Setting& setting, const Samples& samples, double latency);

  /// Says why a case has no figures.
  void skip(const Case& c, std::string_view obstacle);

 private:
  Format format_;
  int name_width_;
};

}  // namespace deft::benchmark
