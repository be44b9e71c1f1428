#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "chaos.hpp"
#include "plan/plan.hpp"
#include "team.hpp"
#include "watch.hpp"

namespace deft {

/// One thread at work on a step.
class Team::Member {
 public:
  Member(Team& team, int thread);

  // Items of the queues: an instruction that is ready, or an invitation to share a split one.
  static std::uint32_t ready(std::uint32_t instruction) { return instruction << 1; }
  static std::uint32_t shared(std::uint32_t instruction) { return (instruction << 1) | 1U; }

  /// Keeps for this thread an instruction that waits for nothing any more, if it is small or the
  /// only one; false if others should have it.
  bool keep(std::uint32_t instruction);

  /// Works until this thread finds nothing more to do.
  void work();

 private:
  std::uint32_t take_local();
  void report_finished();
  void run(std::uint32_t instruction);
  void execute(std::uint32_t instruction);
  void invite(std::uint32_t instruction);
  void share(std::uint32_t instruction);
  void complete(std::uint32_t instruction);
  void make_ready(std::uint32_t instruction);
  template <class Work>
  void attempt(std::uint32_t instruction, std::int64_t block, Work work);

  Team& team_;
  const Plan& plan_;
  int thread_;
  WatchedThread watched_;
  Chaos chaos_;
  std::array<std::uint32_t, 64> local_{};  // ready, and kept by this thread
  std::size_t local_count_ = 0;
  double local_nanoseconds_ = 0;
  std::uint32_t finished_ = 0;  // instructions since the last report
};

}  // namespace deft
