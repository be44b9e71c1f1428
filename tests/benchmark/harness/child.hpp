#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace deft::benchmark {

/// Something that this program does in a process of its own, when started as
/// `--child NAME ARGUMENT...`. It prints the numbers that it returns.
struct ChildMode {
  std::string_view name;
  std::vector<double> (*run)(const std::vector<std::int64_t>& arguments);
};

struct ChildResult {
  double seconds = 0;  // from before its start to its end
  std::vector<double> numbers;
};

/// Runs a child to its end. Throws std::runtime_error if it fails.
ChildResult run_child(std::string_view mode, const std::vector<std::int64_t>& arguments);

/// The child's part: `words` are the mode and its arguments.
void be_child(std::span<const ChildMode> modes, const std::vector<std::string>& words);

}  // namespace deft::benchmark
