#include <deft/runtime/early_stopping.hpp>

#include <atomic>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/on_threads.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A session that stops early.
struct Stopped {
  Graph graph;
  EarlyStopping stopping;
  Session session{graph, {.threads = 1}};

  explicit Stopped(const EarlyStoppingOptions& options = {}) : stopping(graph, options) {
    session.run(global_variables_initializer(graph));
  }
  std::int64_t waited() const { return session.value(stopping.waited()).item<std::int64_t>(); }
  double best() const { return session.value(stopping.best()).item<double>(); }
};

/// What becomes of each metric: '+' if it improves, '-' if not, '.' if not and patience is
/// exhausted.
std::string fate(const std::vector<double>& metrics, const EarlyStoppingOptions& options) {
  Stopped stopped(options);
  std::string text;
  for (const double metric : metrics) {
    const bool improved = stopped.stopping.improved(stopped.session, metric);
    const bool exhausted = stopped.stopping.exhausted(stopped.session);
    text += improved ? '+' : exhausted ? '.' : '-';
    CHECK_FALSE((improved && exhausted));
  }
  return text;
}

TEST_CASE("metrics that improve, and patience that ends") {
  CHECK(fate({3, 2, 2, 4, 1, 1, 1, 1, 1}, {.patience = 3}) == "++--+--..");
  CHECK(fate({3, 2, 2, 4, 5, 1}, {.patience = 1, .better = Better::higher}) == "+..++.");
  CHECK(fate({-5, -5.5, 1e300}, {.patience = 4, .better = Better::higher}) == "+-+");
  CHECK(fate({1, 1, 1, 1, 1, 1}, {}) == "+---..");
  // An improvement counts from the best one on, and must be more than min_delta.
  CHECK(fate({4, 3.5, 3, 2.5, 2.25, 2}, {.patience = 2, .min_delta = 1}) == "+-.+-.");
  CHECK(fate({4, 5, 5.5}, {.better = Better::higher, .min_delta = 1}) == "+-+");
}

TEST_CASE("a NaN and an infinity never improve, and count as waited for") {
  for (const Better better : {Better::lower, Better::higher}) {
    const EarlyStoppingOptions options{.patience = 3, .better = better};
    CHECK(fate({nan, 0, nan, infinity, -infinity, nan}, options) == "-+--..");
    CHECK(fate({nan, infinity, -infinity}, options) == "--.");
    CHECK(fate({-infinity, infinity, 1e308}, options) == "--+");
  }
}

TEST_CASE("a metric is a number or a tensor with one") {
  Stopped stopped;
  Session& session = stopped.session;
  CHECK(stopped.stopping.improved(session, Tensor::scalar(2.5F)));
  CHECK(stopped.best() == 2.5);
  CHECK(stopped.stopping.improved(session, Tensor::scalar(0.1)));
  CHECK(stopped.best() == 0.1);
  CHECK(stopped.stopping.improved(session, Tensor::from<std::int64_t>({1, 1}, {-3})));
  CHECK(stopped.best() == -3);
  CHECK_FALSE(stopped.stopping.improved(session, -3));
  const int line = __LINE__ + 1;
  const auto act = [&] { stopped.stopping.improved(session, Tensor{1.0F, 2.0F}); };
  const Error error = caught<RunError>(act);
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "a metric is one number, but is given as f32[2]");
  CHECK(stopped.waited() == 1);
}

TEST_CASE("a training that is resumed ends where it would have ended") {
  const TempFolder folder;
  const std::vector<double> metrics = {5, 4, 4.5, nan, 3.9, 4, 4, 4};
  for (std::size_t middle = 0; middle < metrics.size(); ++middle) {
    CAPTURE(middle);
    Stopped whole({.patience = 3});
    Stopped resumed({.patience = 3});
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      const bool improved = whole.stopping.improved(whole.session, metrics[i]);
      if (i == middle) {
        save(whole.session, folder / "middle");
        restore(resumed.session, folder / "middle");
      } else if (i > middle) {
        CHECK(resumed.stopping.improved(resumed.session, metrics[i]) == improved);
        CHECK(resumed.stopping.exhausted(resumed.session) ==
              whole.stopping.exhausted(whole.session));
      }
    }
    CHECK(whole.stopping.exhausted(whole.session));
    save(whole.session, folder / "whole");
    save(resumed.session, folder / "resumed");
    CHECK(folder.read("whole") == folder.read("resumed"));
  }
}

TEST_CASE("what it remembers are variables that are not trained") {
  Stopped stopped;
  CHECK(stopped.stopping.best().name() == "early_stopping/best");
  CHECK(stopped.stopping.waited().name() == "early_stopping/waited");
  CHECK_FALSE(is_trainable(stopped.stopping.best()));
  CHECK(global_variables(stopped.graph).size() == 2);
  const NameScope scope(stopped.graph, "validation");
  const EarlyStopping other(stopped.graph, {.name = "patience"});
  CHECK(other.best().name() == "validation/patience/best");
  const EarlyStopping again(stopped.graph, {.name = "patience"});
  CHECK(again.best().name() != other.best().name());
  // Its first value is finite.
  stopped.session.run(global_variables_initializer(stopped.graph), {.check_numerics = true});
}

TEST_CASE("mistakes are named") {
  Graph graph;
  const auto refused = [&](const EarlyStoppingOptions& options) {
    const Error error =
        caught<GraphError>([&] { static_cast<void>(EarlyStopping(graph, options)); });
    CHECK(error.code() == ErrorCode::invalid_argument);
    CHECK(error.info().where.line == options.where.line);
    CHECK(error.info().node == "early_stopping");
    CHECK_FALSE(error.info().cure.empty());
    return error.info().message;
  };
  CHECK(refused({.patience = 0}) == "its patience is 0");
  CHECK(refused({.min_delta = -0.5}) == "its min_delta is -0.5");
  CHECK(refused({.min_delta = nan}) == "its min_delta is nan");
  CHECK(refused({.min_delta = infinity}) == "its min_delta is inf");
  CHECK(graph.num_nodes() == 0);

  const EarlyStopping stopping(graph);
  Session session(graph);
  CHECK(caught<RunError>([&] { stopping.improved(session, 1); }).code() ==
        ErrorCode::uninitialized_variable);
  CHECK(caught<RunError>([&] { stopping.exhausted(session); }).code() ==
        ErrorCode::uninitialized_variable);
}

TEST_CASE("threads that give metrics at once lose none") {
  for (const int threads : {1, 2, 3, 4, 8}) {
    CAPTURE(threads);
    Stopped stopped({.patience = 1000});
    std::atomic<int> improvements{0};
    on_threads(threads, [&](int) {
      for (int i = 0; i < 20; ++i)
        if (stopped.stopping.improved(stopped.session, 1)) ++improvements;
    });
    CHECK(improvements == 1);
    CHECK(stopped.waited() == 20 * threads - 1);
  }
}

}  // namespace
}  // namespace deft
