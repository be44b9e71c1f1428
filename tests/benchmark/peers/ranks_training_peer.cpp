/// Steps of the MLP of examples/fashion on 1024 pictures of noise: two processes of one thread
/// against one of two threads, and one with 64 shards against one without, in turn. Then steps with
/// 10^6 gradients over a wire of 5 ms, against what they compute and what they send.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "fashion/model.hpp"
#include "harness/median.hpp"
#include "runtime/collectives/network/network.hpp"
#include "runtime/collectives/ranks.hpp"

namespace deft::benchmark {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t batch_rows = 1024;
constexpr int rounds = 60;
constexpr std::int64_t steps = 5;  // of a round

/// Integers from 0 on, below `above`.
Tensor noise(const Shape& shape, std::int64_t above, DType dtype) {
  const Graph graph;
  const Random random = Random(graph, {.seed = 2}).initial();
  Session session(graph);
  return session.eval(cast(random_integers(random, DType::i32, shape, 0, above), dtype));
}

/// A training of the rows that a rank of `group` has.
class Trainer {
 public:
  Trainer(const Communicator& group, int threads, std::int64_t shards)
      : session_(graph_, {.threads = threads}) {
    const Random random(graph_, {.seed = 1});
    const std::int64_t rows = batch_rows / group.size();
    const Output pixels = constant(graph_, noise({rows, 28, 28}, 256, DType::u8));
    const Output labels = constant(graph_, noise({rows}, 10, DType::i32));
    const auto network = examples::fashion::make_network(examples::fashion::ModelKind::mlp, random);
    const Output loss = softmax_cross_entropy(network(pixels, Mode::train), labels);
    training_ =
        minimize(loss, AdamW{.rate = 1e-3},
                 {.before = {all_reduce_mean(group)}, .shards = shards, .batch = {pixels, labels}});
    session_.run(global_variables_initializer(graph_));
    run();
  }

  void run() { session_.run(training_, {.steps = steps}); }

  double seconds() {
    const Clock::time_point begin = Clock::now();
    run();
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }

 private:
  Graph graph_;
  Session session_;
  Training training_;
};

Communicator alone() { return Communicator::connect({.rank = 0, .size = 1}); }

void report(const char* what, const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < x.size(); ++i) ratios.push_back(x[i] / y[i]);
  std::printf("%-36s %8.2f ms %8.2f ms %6.2f\n", what, 1e3 * median(x) / steps,
              1e3 * median(y) / steps, median(ratios));
  std::fflush(stdout);
}

/// The layers of a step of about as much computing as the wire takes, with 10^6 gradients.
class WideModel {
 public:
  explicit WideModel(const Communicator& group) : session_(graph_, {.threads = 1}) {
    const Random random(graph_, {.seed = 1});
    Output h = constant(graph_, noise({384, units}, 10, DType::f32)) / 10;
    for (int layer = 0; layer < 4; ++layer) h = relu(Dense(random, units, units)(h));
    const Output loss = reduce_mean(square(h));
    const std::vector<Output> variables = parameters(loss);
    const std::vector<Output> own = gradients(loss, variables);
    OptimizerScope scope(constant(graph_, Tensor::scalar(0.0)), SourceLocation::current());
    compute_ = deft::group(own);
    std::vector<Output> known;
    for (const Output& variable : variables) known.push_back(variable * 2);
    const Transform reduce = all_reduce_mean(group);
    send_ = deft::group(reduce.change(scope, known));
    both_ = deft::group(reduce.change(scope, own));
    session_.run(global_variables_initializer(graph_));
    for (const Output& step : {compute_, send_, both_}) session_.run(step);
  }

  /// What computing, sending, and both take.
  std::array<double, 3> seconds() {
    std::array<double, 3> times{};
    for (std::size_t i = 0; const Output& step : {compute_, send_, both_}) {
      const Clock::time_point begin = Clock::now();
      session_.run(step, {.steps = steps});
      times[i++] = std::chrono::duration<double>(Clock::now() - begin).count();
    }
    return times;
  }

 private:
  static constexpr std::int64_t units = 500;

  Graph graph_;
  Session session_;
  Output compute_;
  Output send_;
  Output both_;
};

int compare_overlap(const Network& network, GroupOptions options) {
  network.enter(options.rank);
  options.address = network.address(options.rank);
  const Communicator group = Communicator::connect(options);
  WideModel model(group);
  std::vector<double> both;
  std::vector<double> longer;
  std::vector<double> compute;
  std::vector<double> send;
  for (int i = 0; i < rounds / 2; ++i) {
    const auto [of_compute, of_send, of_both] = model.seconds();
    both.push_back(of_both);
    compute.push_back(of_compute);
    send.push_back(of_send);
    longer.push_back(std::max(of_compute, of_send));
  }
  if (group.rank() != 0) return 0;
  report("send / compute", send, compute);
  report("both / the longer one", both, longer);
  return 0;
}

/// The first rank has both trainings; the other one waits while it does its own.
int compare_ranks(const GroupOptions& options) {
  const Communicator group = Communicator::connect(options);
  Trainer together(group, 1, 0);
  std::vector<double> of_two;
  std::vector<double> of_one;
  if (group.rank() == 0) {
    Trainer own(alone(), 2, 0);
    for (int i = 0; i < rounds; ++i) {
      group.exchange({});
      of_two.push_back(together.seconds());
      of_one.push_back(own.seconds());
    }
    report("2 ranks x 1 thread / 1 x 2", of_two, of_one);
  } else {
    for (int i = 0; i < rounds; ++i) {
      group.exchange({});
      together.run();
    }
  }
  return 0;
}

void compare_shards(int threads) {
  Trainer cut(alone(), threads, 64);
  Trainer whole(alone(), threads, 0);
  std::vector<double> of_cut;
  std::vector<double> of_whole;
  for (int i = 0; i < rounds; ++i) {
    of_cut.push_back(cut.seconds());
    of_whole.push_back(whole.seconds());
  }
  report(threads == 1 ? "64 shards / none, 1 thread" : "64 shards / none, 2 threads", of_cut,
         of_whole);
}

}  // namespace
}  // namespace deft::benchmark

int main() {
  using namespace deft::benchmark;
  int failures = 0;
  {
    deft::Processes ranks(2);
    ranks.start_all(compare_ranks);
    for (const int result : ranks.results()) failures += result != 0 ? 1 : 0;
  }
  if (const std::string why = deft::Network::obstacle(); !why.empty()) {
    std::printf("no wire: %s\n", why.c_str());
  } else {
    deft::Network network(2);
    network.delay(std::chrono::milliseconds(5));
    deft::Processes ranks(2);
    ranks.start_all(
        [&](const deft::GroupOptions& options) { return compare_overlap(network, options); });
    for (const int result : ranks.results()) failures += result != 0 ? 1 : 0;
  }
  compare_shards(1);
  compare_shards(2);
  return failures;
}
