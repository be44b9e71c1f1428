#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "plan/plan.hpp"

namespace deft {

/// Numbers that are the same with every compiler.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_()) % bound; }
  bool one_in(std::uint32_t count) { return below(count) == 0; }
  bool chance(double probability) { return below(1U << 20U) < probability * (1U << 20U); }

 private:
  std::mt19937 engine_;
};

/// Who waits for whom, of `size` instructions in an order in which they can run.
struct Dag {
  std::vector<std::vector<std::uint32_t>> successors;  // by instruction, ascending

  explicit Dag(std::uint32_t size) : successors(size) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(successors.size()); }

  void add(std::uint32_t from, std::uint32_t to) {
    std::vector<std::uint32_t>& next = successors[from];
    if (std::find(next.begin(), next.end(), to) != next.end()) return;
    next.push_back(to);
    std::sort(next.begin(), next.end());
  }

  /// reaches()[i][k]: a path leads from i to k, by brute force.
  std::vector<std::vector<bool>> reaches() const {
    std::vector<std::vector<bool>> paths(size(), std::vector<bool>(size(), false));
    for (std::uint32_t i = size(); i-- > 0;)
      for (const std::uint32_t next : successors[i]) {
        paths[i][next] = true;
        for (std::uint32_t k = 0; k < size(); ++k)
          if (paths[next][k]) paths[i][k] = true;
      }
    return paths;
  }

  /// Writes it into a plan, whose instructions are otherwise empty.
  void put_in(Plan& plan) const {
    plan.instructions.resize(size());
    plan.num_dependencies.assign(size(), 0);
    plan.first_successor.assign(1, 0);
    for (const std::vector<std::uint32_t>& next : successors) {
      plan.successors.insert(plan.successors.end(), next.begin(), next.end());
      plan.first_successor.push_back(static_cast<std::uint32_t>(plan.successors.size()));
      for (const std::uint32_t to : next) ++plan.num_dependencies[to];
    }
  }
};

/// Edges from each instruction to about `degree` of the next `reach` ones.
inline Dag random_dag(Dice& random, std::uint32_t size, double degree, std::uint32_t reach) {
  Dag dag(size);
  for (std::uint32_t i = 0; i < size; ++i)
    for (std::uint32_t k = i + 1; k < std::min(size, i + 1 + reach); ++k)
      if (random.chance(degree / reach)) dag.add(i, k);
  return dag;
}

}  // namespace deft
