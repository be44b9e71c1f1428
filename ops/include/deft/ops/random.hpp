#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/shape.hpp>
#include <deft/ops/operand.hpp>
#include <deft/ops/scalar.hpp>

namespace deft {

/// Optional arguments of Random.
struct RandomOptions {
  std::int64_t seed = 0;
  Output step = {};  // i64 scalar; default: the graph's global step
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Where random numbers come from: a seed and a counter of steps.
///
///     Random random(graph, {.seed = 42});
///     Output noise = random_normal(random, DType::f32, {3, 4});
///
/// What is drawn is a pure function of the seed, the stream, the step, and the position of an
/// element; the stream is a hash of the drawing node's full name, or given. So a draw is the same
/// in every run of one step, for any number of threads and on any machine with fused multiply-adds,
/// is recomputed and undone with the step, and does not change when other draws are added to the
/// graph. Of draws that threads add at once under one name it is open which comes first: give them
/// streams. A next step, which training makes (see global_step), draws anew.
///
/// The generator is Threefry-4x32 of 20 rounds (J. K. Salmon et al., "Parallel random numbers: as
/// easy as 1, 2, 3", 2011).
class Random {
 public:
  /// Throws GraphError if the step is no i64 scalar.
  explicit Random(const Graph& graph, const RandomOptions& options = {});

  /// The same seed at step 0 for good: for initial values, which no step may change.
  Random initial() const;

  const Graph& graph() const { return graph_; }
  std::int64_t seed() const { return seed_; }
  const Output& step() const { return step_; }

 private:
  Random(const Graph& graph, std::int64_t seed, Output step);

  Graph graph_;
  std::int64_t seed_;
  Output step_;
};

/// Optional arguments of every draw.
struct DrawOptions {
  std::string_view stream = {};  // what names the draw; default: the node's full name
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Numbers in [low, high), floating, all equally likely up to the spacing of f32 and f64 numbers:
/// of [0, 1) multiples of 2^-24 and 2^-53.
struct UniformOptions {
  double low = 0;
  double high = 1;
  std::string_view stream = {};
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};
Output random_uniform(const Random& random, DType dtype, const Shape& shape,
                      const UniformOptions& options = {});

/// The same with the dtype and shape of `like`, which itself is not computed.
Output random_uniform_like(const Random& random, const Output& like,
                           const UniformOptions& options = {});

/// Normally distributed numbers, floating (G. E. P. Box and M. E. Muller, 1958).
struct NormalOptions {
  double mean = 0;
  double stddev = 1;
  std::string_view stream = {};
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};
Output random_normal(const Random& random, DType dtype, const Shape& shape,
                     const NormalOptions& options = {});
Output random_normal_like(const Random& random, const Output& like,
                          const NormalOptions& options = {});

/// Normally distributed numbers of which those more than two standard deviations from the mean are
/// drawn again; what is left has a standard deviation of 0.8796 times `stddev`.
Output random_truncated_normal(const Random& random, DType dtype, const Shape& shape,
                               const NormalOptions& options = {});

/// Integers in [low, high), i32 or i64, all equally likely. Throws GraphError unless low < high,
/// and both have values of the dtype (`high` may be one above).
Output random_integers(const Random& random, DType dtype, const Shape& shape, std::int64_t low,
                       std::int64_t high, const DrawOptions& options = {});

/// bool: true with probability p, a number or floating Output that broadcasts to `shape`. 24 bits
/// decide (for f64 p, 53).
Output random_bernoulli(const Random& random, const Shape& shape, const Operand& p,
                        const DrawOptions& options = {});
Output random_bernoulli_like(const Random& random, const Output& like, const Operand& p,
                             const DrawOptions& options = {});

/// `count` classes for each row of logits [..., classes], floating, drawn with the probabilities
/// softmax(logits): i64 [..., count]. A class of logit -infinity is never drawn. A row whose
/// softmax is NaN, since all its logits are -infinity, or one is NaN or infinity, fails the run.
///
/// Each draw is the class of the largest logit after Gumbel noise has been added (E. J. Gumbel,
/// "Statistical theory of extreme values and some practical applications", 1954; C. J. Maddison et
/// al., "A* sampling", 2014), in f64, so that classes of probabilities down to 2^-53 are drawn as
/// often as they should; `count` times as many numbers as there are logits.
Output random_categorical(const Random& random, const Output& logits, std::int64_t count = 1,
                          const DrawOptions& options = {});

/// The integers 0 to count - 1 in random order, i64[count], by random_order.
Output random_permutation(const Random& random, std::int64_t count,
                          const DrawOptions& options = {});

/// Where positions stand in a random order of 0 to count - 1: i64 positions [s] -> i64 [s], each
/// computed by itself, so that a batch of an epoch costs no more than its size. `step` of `random`
/// tells one order from the next, such as the number of the epoch. A position outside [0, count)
/// fails the run.
///
/// A Feistel network over pairs of digits (M. Luby and C. Rackoff, "How to construct pseudorandom
/// permutations from pseudorandom functions", 1988), of which results outside the range are put
/// through again (J. Black and P. Rogaway, "Ciphers with arbitrary finite domains", 2002).
Output random_order(const Random& random, const Output& positions, std::int64_t count,
                    const DrawOptions& options = {});

/// What a draw outside of a graph is a function of: the seed of a Random, the stream of a draw, and
/// the step.
struct HostDraw {
  std::int64_t seed = 0;
  std::string_view stream = {};
  std::int64_t step = 0;
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// What random_order gives in a run, computed without a graph. Throws ValueError for a position
/// outside [0, count).
std::vector<std::int64_t> random_order(const HostDraw& draw,
                                       std::span<const std::int64_t> positions, std::int64_t count);

}  // namespace deft
