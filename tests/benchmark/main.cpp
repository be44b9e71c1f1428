/// Compares deft with hand-written references: see README.md, and cases.cpp for the list.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <limits>
#include <thread>

#include "cases.hpp"
#include "harness/child.hpp"
#include "harness/harness.hpp"
#include "harness/latency.hpp"
#include "harness/options.hpp"
#include "harness/report.hpp"

namespace deft::benchmark {
namespace {

std::vector<Case> chosen_cases(const Options& options) {
  std::vector<Case> chosen;
  for (const Case& c : all_cases()) {
    const bool runs = !c.parallel || options.threads > 1;
    if (runs && options.cases.is_found_in(c.name)) chosen.push_back(c);
  }
  if (chosen.empty()) throw BadArguments("no case is chosen by --case and --threads");
  return chosen;
}

void run_case(const Case& c, const Options& options, Report& report) {
  const Setting setting{.threads = c.parallel ? options.threads : 1, .smoke = options.smoke};
  const Contest contest = c.prepare(setting);
  if (!contest.obstacle.empty()) return report.skip(c, contest.obstacle);
  const Samples samples = alternate(contest, setting.smoke ? 1 : c.rounds);
  const bool latency_matters = setting.threads > 1 && !options.smoke && !options.json;
  report.add(
      c, setting, samples,
      latency_matters ? core_to_core_nanoseconds() : std::numeric_limits<double>::quiet_NaN());
}

/// Returns the exit status.
int run(const Options& options) {
  const std::vector<Case> cases = chosen_cases(options);
  const unsigned cpus = std::thread::hardware_concurrency();
  if (static_cast<unsigned>(options.threads) > cpus && !options.smoke)
    std::fprintf(stderr, "deft_benchmark: %d threads share %u CPUs\n", options.threads, cpus);

  const Format format = options.json ? Format::json : options.smoke ? Format::smoke : Format::table;
  Report report(format, cases);
  int status = 0;
  for (const Case& c : cases) {
    try {
      run_case(c, options, report);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "deft_benchmark: %s: %s\n", c.name.data(), error.what());
      status = 1;
    }
  }
  return status;
}

}  // namespace
}  // namespace deft::benchmark

int main(int argc, char** argv) {
  using namespace deft::benchmark;
  try {
    const Options options = parse_options({argv + std::min(argc, 1), argv + argc});
    if (!options.child.empty()) {
      be_child(all_child_modes(), options.child);
      return 0;
    }
    if (options.help) {
      std::fputs(usage().c_str(), stdout);
      return 0;
    }
    return run(options);
  } catch (const BadArguments& error) {
    std::fprintf(stderr, "deft_benchmark: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "deft_benchmark: %s\n", error.what());
    return 1;
  }
}
