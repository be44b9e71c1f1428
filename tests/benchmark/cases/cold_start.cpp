/// From the start of a process to a trained model and its end: linear regression by gradient
/// descent. The steps themselves are taken off, but for the first, which brings the plan.

#include <vector>

#include "cases.hpp"
#include "harness/agreement.hpp"

namespace deft::benchmark {
namespace {

/// The model of a child that prints the seconds of its steps and then its weights.
std::vector<double> weights(const ChildResult& child) {
  return {child.numbers.begin() + 1, child.numbers.end()};
}

double start_milliseconds(const ChildResult& child) {
  return 1e3 * (child.seconds - child.numbers.at(0));
}

}  // namespace

Contest cold_start(const Setting& setting) {
  const std::vector<std::int64_t> arguments{setting.size(10'000, 100), setting.size(10'000, 100),
                                            setting.threads};
  const std::vector<double> found = weights(run_child("cold_start", arguments));
  const std::vector<double> wanted = weights(run_child("cold_start_by_hand", arguments));
  for (std::size_t i = 0; i < wanted.size(); ++i) expect_close(found.at(i), wanted[i], 1e-3);
  return {[=] { return start_milliseconds(run_child("cold_start", arguments)); },
          [=] { return start_milliseconds(run_child("cold_start_by_hand", arguments)); }};
}

}  // namespace deft::benchmark
