#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <stop_token>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/shared_memory.hpp"
#include "runtime/collectives/small_disk.hpp"

namespace deft {

class DisturbedRank;
struct Disturber;

/// A fault, and what is to come of it.
struct Fault {
  const char* name;

  // The code with which a run ends; nothing if it does not fail, or the rank dies.
  std::optional<ErrorCode> of_hurt = {};
  std::optional<ErrorCode> of_others = {};

  // Where it happens: one of these.
  void (*from_outside)(Disturber&) = nullptr;        // by the process that started the ranks
  void (*suddenly)(DisturbedRank&) = nullptr;        // by a thread of the rank
  void (*instead_of_run)(DisturbedRank&) = nullptr;  // by the thread that trains
  bool fills_disk = false;                           // while the rank saves a checkpoint

  void (*arrival)(Disturber&) = nullptr;  // of the rank that is hurt; by itself, with the others
  bool is_missed = false;                 // so long that others are refused
  std::int64_t message_floats = 1;        // of a message in each step
  std::int64_t steps_of_run = 20;
  std::int64_t steps_after = 50;
  std::chrono::milliseconds connect_timeout{20'000};
  std::chrono::milliseconds timeout{20'000};
};

/// The variables of a linear model after some steps.
struct ModelState {
  std::int64_t step = 0;
  std::array<float, 4> weights{};
};

/// What a rank tells the process that started it.
struct RankReport {
  SharedNumber step{0};           // the last one that it has seen done
  SharedNumber failed_at{0};      // nanoseconds of the steady clock, which all processes share
  SharedNumber refusals{0};       // how often it was told that the rank that is hurt did not come
  std::optional<ErrorCode> code;  // with which a run failed
  bool was_connected = false;     // still, after that
  ModelState failed;              // as the failure left them
  ModelState ended;
  char text[500] = {};  // of that failure
  char left[500] = {};  // what there is too much of in the end
};

/// What the ranks of a disturbed training have in common, in shared memory.
struct Scene {
  static constexpr int most_ranks = 4;

  const Fault* fault = nullptr;
  int size = 0;
  int hurt = 0;                        // the rank that is
  std::int64_t instant = 0;            // after this step ...
  std::chrono::microseconds delay{0};  // ... by so much
  unsigned seed = 0;
  SharedNumber is_over{0};  // 1: no fault will end the training, so that it ends
  SharedNumber target{0};   // the last step, once it is known
  std::array<RankReport, most_ranks> ranks;
};

/// A rank that trains until something fails; and then, with all others, for some more steps.
class DisturbedRank {
 public:
  DisturbedRank(const Communicator& group, Scene& scene, const std::string& folder);

  /// `anew`: in the place of one that died.
  void train(bool anew);

  // For what disturbs it.

  /// Some steps, to which something of `fed` elements is fed.
  void run(RunOptions options, std::int64_t fed = 4);
  void run_other() { session_.run(other_); }
  void request_stop() { stop_.request_stop(); }
  void leave() const { group_.abort(); }
  std::chrono::microseconds random_time() { return std::chrono::microseconds(random_() % 3000); }
  static void throw_from_now_on();  // in a kernel
  std::int64_t steps_of_run() const { return scene_.fault->steps_of_run; }

 private:
  RankReport& report() const { return scene_.ranks[static_cast<std::size_t>(group_.rank())]; }
  const Fault& fault() const { return *scene_.fault; }
  bool is_hurt() const { return group_.rank() == scene_.hurt; }
  std::int64_t steps_done() const;
  ModelState state() const;

  bool is_over() const;
  void train_until_over();
  void save_on_small_disk(bool full);
  void note_failure(const Error& error);
  void go_on();

  const Communicator group_;
  Scene& scene_;
  const std::string folder_;
  std::mt19937 random_;
  LinearModel model_;
  Output fed_;
  Output step_;
  Output other_;
  Session session_;
  std::stop_source stop_;
  std::optional<SmallDisk> disk_;
};

/// All that a process of a rank does: its exit status.
int disturbed_rank(GroupOptions options, Scene& scene, bool anew);

}  // namespace deft
