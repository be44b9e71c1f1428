/// A graph of a million nodes, most of them made by gradients(): what a node costs before it runs.
///
/// Each sample is a process of its own, so that none finds memory that an earlier one has left.

#include <string_view>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"

namespace deft::benchmark {
namespace {

constexpr std::int64_t million = 1'000'000;

struct Cost {
  double nodes = 0;
  double seconds = 0;
  double bytes = 0;
};

Cost cost_of(std::string_view mode, std::int64_t nodes) {
  const std::vector<double> numbers = run_child(mode, {nodes}).numbers;
  expect_close(numbers.at(3), 1);  // y
  expect_close(numbers.at(4), 1);  // dy/dx
  return {numbers.at(0), numbers.at(1), numbers.at(2)};
}

double seconds_per_million(const Cost& cost) { return cost.seconds * million / cost.nodes; }

double bytes_per_node(const Cost& cost) { return cost.bytes / cost.nodes; }

Contest compare(const Setting& setting, double (*figure)(const Cost&)) {
  const std::int64_t nodes = setting.size(million, 6000);
  return {[=] { return figure(cost_of("graph", nodes)); },
          [=] { return figure(cost_of("graph_by_hand", nodes)); }};
}

}  // namespace

Contest graph_seconds(const Setting& setting) { return compare(setting, seconds_per_million); }

Contest graph_bytes(const Setting& setting) { return compare(setting, bytes_per_node); }

Contest graph_growth(const Setting& setting) {
  const std::int64_t nodes = setting.size(million, 6000);
  return {[=] { return cost_of("graph", nodes).seconds; },
          [=] { return cost_of("graph", nodes / 10).seconds; }};
}

}  // namespace deft::benchmark
