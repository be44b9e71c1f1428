#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace deft::benchmark {

/// How a case is to be run.
struct Setting {
  int threads = 1;
  bool smoke = false;  // does it work at all? Nothing is timed with care.

  std::int64_t size(std::int64_t full, std::int64_t tiny) const { return smoke ? tiny : full; }
};

/// Takes one sample: a figure in the unit of its case.
using Sampler = std::function<double()>;

/// The two sides of a case.
struct Contest {
  Sampler deft;
  Sampler reference;
  std::string_view obstacle = {};  // why there are no sides, if there are none
};

/// A case that lacks something which this machine need not have.
inline Contest not_measured(std::string_view obstacle) { return {{}, {}, obstacle}; }

/// What a case may cost at most: a ratio of deft to its reference, or a figure of deft's own.
struct Bar {
  double limit = 0;
  bool absolute = false;
};

constexpr Bar ratio_at_most(double limit) { return {limit, false}; }
constexpr Bar figure_at_most(double limit) { return {limit, true}; }

struct Case {
  std::string_view name;
  bool parallel = false;  // uses the threads of --threads; else one
  Bar bar;
  std::string_view unit;
  std::string_view reference;  // what deft is compared with

  /// Makes both sides ready. Throws Disagreement if they compute different things.
  Contest (*prepare)(const Setting&) = nullptr;

  int rounds = 15;
};

}  // namespace deft::benchmark
