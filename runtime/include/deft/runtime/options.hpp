#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include <deft/core/graph.hpp>
#include <deft/core/log.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

class Profile;

/// The passes that make a plan faster. None changes a bit of any result, so switching one off is
/// for measuring, and for looking at single operations.
struct Optimizations {
  bool simplify = true;          // identities that hold to the last bit; transposes become flags
  bool fold_constants = true;    // what depends on constants alone is computed with the plan
  bool merge_duplicates = true;  // what is written twice is computed once
  bool fuse = true;              // operations that stream over the same rows become one
  bool generate_code = true;     // machine code for fused operations, with AVX2 or AVX-512

  static constexpr Optimizations none() { return {false, false, false, false, false}; }
};

/// Whether a plan may compute sums and products in another order than the graph is written in.
enum class Numerics {
  /// No: the bits are those of the operations, one by one.
  exact,
  /// Yes, where that makes a step cheaper and the result at least as accurate. What multiplies by
  /// the same matrices in every step, such as the gradient X^T (X w - d), becomes
  /// (X^T X) w - X^T d with matrices that are made once, kept and applied in f64; that is not done
  /// with f64 data. Chains of products are computed in the cheapest order. What is the same in all
  /// steps of a run is computed once. Session::explain lists every rewrite with its error bound.
  reassociate,
  /// Also f64 data, whose Gram matrix cannot be kept in a wider type: where X is ill-conditioned
  /// the result may be less accurate than that of the graph as it is written.
  reassociate_f64,
};

/// What a session keeps from runs, so that later ones of the same fetches and shapes of feeds find
/// it ready: their plans, and the memory that they computed in. What was used least recently goes
/// first.
struct PlanCacheOptions {
  std::size_t plans = 256;  // 0: none. A Callable keeps up to 32 of these for itself
  /// Bytes of them all, memory of runs that go on included; SessionOptions::memory_limit, if lower,
  /// counts instead. One frame of the latest run stays even if it alone takes more.
  std::size_t bytes = std::size_t{256} << 20;
};

struct SessionOptions {
  int threads = 0;  // that may compute at once, the caller of a run included; 0: the CPUs that this
                    // process may use
  Logger log = {};
  /// Bytes that one run may take: for its values, what it computes from constants beforehand, what
  /// its operations allocate (lstsq, pinv), and with what is kept from others. A run that needs
  /// more is refused before it starts. 0: no limit. The graph's constants and the tensors that are
  /// fed do not count.
  std::size_t memory_limit = 0;
  PlanCacheOptions plan_cache = {};
  /// For tests: delays and reorders what is ready to run, at random from this seed. Results are the
  /// same bytes with every seed.
  std::optional<std::uint64_t> chaos_seed = {};
  Optimizations optimizations = {};
  /// As `optimizations`, of no effect on runs with RunOptions::check_numerics.
  Numerics numerics = Numerics::exact;
};

/// What RunOptions::on_progress learns.
struct Progress {
  std::int64_t step = 0;   // completed steps of this run
  std::int64_t steps = 0;  // in all
};

/// A condition that ends a run: `{loss, [](double value) { return value < 1e-6; }}`.
struct Until {
  Output value;  // one numeric or boolean element, computed in every step
  /// Called on the caller's thread after every step. If it throws, that leaves the run; the step is
  /// complete.
  std::function<bool(double)> reached;
};

/// Optional arguments of a run. Whatever ends a run early, the variables are what the last complete
/// step left, and the session can be used again. A stop and a timeout are noticed within some
/// milliseconds, also inside an operation, unless that is one long block: a decomposition (lstsq,
/// pinv), or a user's own kernel that does not ask (see KernelArgs::interrupted).
struct RunOptions {
  std::int64_t steps = 1;  // how often to repeat, at least 1; feeds stay the same

  /// After this time the run ends with a RunError, code deadline_exceeded.
  std::optional<std::chrono::nanoseconds> timeout = {};

  /// When a stop is requested, the run ends with a RunError, code cancelled.
  std::stop_token stop = {};

  /// Ends the run after the step that reaches it, without an error.
  Until until = {};

  /// Called on the caller's thread after every `progress_every` steps, or if `progress_interval` is
  /// not 0 instead: when that time has passed since the last call; and after the last step. The
  /// variables hold what that step left.
  std::function<void(const Progress&)> on_progress = {};
  std::int64_t progress_every = 1;
  std::chrono::nanoseconds progress_interval{0};

  /// Ends the run with a RunError, code non_finite, at the first operation that produces NaN or
  /// infinity. Such a run computes every operation by itself, without
  /// SessionOptions::optimizations.
  bool check_numerics = false;

  /// Collects the time of every operation.
  Profile* profile = nullptr;

  SourceLocation where = SourceLocation::outside(__FILE__);
};

}  // namespace deft
