// RunOptions::until on values that a plan computes in another place than they are written:
// within a fused group, in its epilogue, or once per run. What the condition is shown, when the run
// ends and what it leaves is as without optimisations.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/plans/plain_run.hpp"
#include "support/plans/step_text.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// Gradient descent of w [k, 1] on fed data of n rows, and values that a condition may be about.
struct Bench {
  Bench(DType dtype_of_all, std::int64_t n, std::int64_t k)
      : dtype(dtype_of_all),
        x(placeholder(graph, dtype, {n, k})),
        d(placeholder(graph, dtype, {n, 1})),
        w(variable(zeros(graph, dtype, {k, 1}))),
        count(variable(zeros(graph, dtype, {}))),
        still(variable(fill(graph, dtype, {}, 1.5))),
        e(matmul(x, w) - d),
        loss(reduce_mean(square(e))),
        slope(gradients(loss, {w}).at(0)),
        next(w - 0.02 * slope),
        initialize(global_variables_initializer(graph)),
        step(group({assign(w, next), assign_add(count, ones_like(count))})) {
    const auto numbers = [&](const Shape& shape, std::uint32_t seed) {
      return dtype == DType::f32 ? sample<float>(shape, seed) : sample<double>(shape, seed);
    };
    feeds = {{x, numbers({n, k}, 2)}, {d, numbers({n, 1}, 4)}};
  }

  DType dtype;
  Graph graph;
  Output x, d;
  Output w, count, still;
  Output e, loss, slope, next;
  Output initialize, step;
  Feeds feeds;
};

struct Watched {
  const char* name;
  Output (*value)(const Bench& t);
};

const Watched in_groups[] = {
    {"the mean at the end of a group", [](const Bench& t) { return t.loss; }},
    {"a sum that nothing else reads", [](const Bench& t) { return reduce_sum(abs(t.e)); }},
    {"an extreme", [](const Bench& t) { return reduce_max(t.e * t.e - t.e); }},
    {"an epilogue", [](const Bench& t) { return sqrt(t.loss) * 2 - t.still; }},
    {"a condition", [](const Bench& t) { return less(t.loss, reduce_mean(square(t.d)) * 0.5); }},
    {"the size of the gradient", [](const Bench& t) { return reduce_sum(square(t.slope)); }},
    {"arithmetic on single elements",
     [](const Bench& t) {
       Output y = t.count + 1;
       for (int i = 0; i < 12; ++i) y = tanh(y * 0.9 - t.still) + t.count;
       return y;
     }},
    {"an integer", [](const Bench& t) { return cast(t.loss * 1000, DType::i64); }},
    {"what the step has written", [](const Bench& t) { return assign_add(t.still, t.loss); }},
    {"a variable at the start of the step", [](const Bench& t) { return t.count; }},
};

/// Of which a session that reassociates computes some once in a run.
const Watched lasting[] = {
    {"fed data alone", [](const Bench& t) { return reduce_sum(tanh(t.d)); }},
    {"a variable that stays", [](const Bench& t) { return exp(t.still) * 3; }},
    {"constants", [](const Bench& t) { return reduce_sum(exp(ones_like(t.d))); }},
    {"a group that reads what is computed once",
     [](const Bench& t) { return reduce_sum(tanh(t.d) * t.count); }},
    {"an element beside what is computed once",
     [](const Bench& t) { return reduce_max(exp(t.d)) - t.count; }},
    {"a condition on fed data", [](const Bench& t) { return less(reduce_sum(exp(t.d)), t.still); }},
};

/// What happened in runs, one after the other in one session.
struct Course {
  std::vector<double> shown;  // to the condition
  std::vector<Tensor> left;   // variables, after each run
};

constexpr std::int64_t lengths[] = {1, 2, 7, 40};

/// Runs that end at the `hit`-th time that they ask, if that comes.
Course course_of(const Bench& t, const Output& value, const SessionOptions& options, int hit,
                 bool fetches) {
  Session session(t.graph, options);
  session.run(t.initialize);
  Course course;
  for (const std::int64_t steps : lengths) {
    int asked = 0;
    const Until until{value, [&](double shown) {
                        course.shown.push_back(shown);
                        return ++asked == hit;
                      }};
    if (fetches)
      for (const Tensor& fetched :
           values_of(session, {t.loss, value, t.step}, t.feeds, {.steps = steps, .until = until}))
        course.left.push_back(fetched);
    else
      session.run(t.step, t.feeds, {.steps = steps, .until = until});
    for (const Tensor& variable : values_of(session, {t.w, t.count, t.still}))
      course.left.push_back(variable);
  }
  return course;
}

void check_same(const Course& found, const Course& expected) {
  REQUIRE(found.shown.size() == expected.shown.size());
  for (std::size_t i = 0; i < found.shown.size(); ++i)
    CHECK(same_value(found.shown[i], expected.shown[i]));
  REQUIRE(found.left.size() == expected.left.size());
  for (std::size_t i = 0; i < found.left.size(); ++i)
    CHECK_MESSAGE(bitwise_equal(found.left[i], expected.left[i]), "tensor " << i);
}

void check(const Bench& t, const Watched& watched, const SessionOptions& options) {
  CAPTURE(std::string(watched.name));
  const Output value = watched.value(t);
  for (const int hit : {1, 3, 1000}) {
    if (sanitized && hit == 1) continue;
    const bool fetches = hit == 3 && value.node().op->effect == Effect::none;
    const Course expected = course_of(t, value, plainly(), hit, fetches);
    for (const int threads : {1, 2, 4}) {
      CAPTURE(hit);
      CAPTURE(threads);
      SessionOptions chosen = options;
      chosen.threads = threads;
      check_same(course_of(t, value, chosen, hit, fetches), expected);
    }
  }
}

TEST_CASE("until is shown what a fused group computes") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {1, 100, 1025, 20'000}) {
      if (sanitized && rows == 20'000) continue;
      for (const std::int64_t columns : {1, 2, 5}) {
        if (rows == 20'000 && columns == 5) continue;
        CAPTURE(rows);
        CAPTURE(columns);
        for (const Watched& watched : in_groups) {
          check(Bench(dtype, rows, columns), watched, {});
          if (rows != 1025) continue;
          SessionOptions portable;
          portable.optimizations.generate_code = false;
          check(Bench(dtype, rows, columns), watched, portable);
        }
      }
    }
}

/// A chain of products and a Gram form would change bits; these rows of data are too few for them.
TEST_CASE("until is shown what is computed once per run") {
  for (const std::int64_t rows : {3, 1025, 20'000}) {
    CAPTURE(rows);
    for (const Watched& watched : lasting)
      check(Bench(DType::f64, rows, 2), watched, {.numerics = Numerics::reassociate});
    for (const Watched& watched : in_groups)
      check(Bench(DType::f64, rows, 2), watched, {.numerics = Numerics::reassociate});
  }
}

/// Else the two tests above would be about something else.
TEST_CASE("values that until reads are within groups, and computed once") {
  const Bench t(DType::f64, 1025, 2);
  Session session(t.graph, {.threads = 1, .numerics = Numerics::reassociate});
  const auto explained = [&](const Watched& watched) {
    const Until until{watched.value(t), [](double) { return false; }};
    return session.explain(t.step, t.feeds, {.until = until});
  };
  std::string fused;
  for (const std::string& operation : text_of(explained(in_groups[3]).operations))
    if (operation.find("sqrt") != std::string::npos) fused = operation;
  CHECK(fused.starts_with("fused("));
  for (const std::size_t i : {0U, 1U, 3U, 4U}) CHECK(!explained(lasting[i]).once.empty());
}

/// Between two transactions of a run others may change what it has computed once.
TEST_CASE("until is shown what is computed once anew where a variable has changed") {
  const auto shown_by = [](const SessionOptions& options) {
    const Bench t(DType::f64, 100, 2);
    const Output value = reduce_sum(tanh(t.d) * t.still);
    const Output change = assign_add(t.still, ones_like(t.still));
    Session session(t.graph, options);
    session.run(t.initialize);
    std::vector<double> shown;
    const RunOptions run{.steps = 20,
                         .until = {value,
                                   [&](double now) {
                                     shown.push_back(now);
                                     return shown.size() == 11;
                                   }},
                         .on_progress =
                             [&](const Progress& progress) {
                               if (progress.step % 4 == 0) session.run(change);
                             },
                         .progress_every = 2};
    session.run(t.step, t.feeds, run);
    return shown;
  };
  const std::vector<double> expected = shown_by(plainly());
  CHECK(expected[3] != expected[4]);
  for (const int threads : {1, 2, 4}) {
    CAPTURE(threads);
    CHECK(shown_by({.threads = threads, .numerics = Numerics::reassociate}) == expected);
  }
}

TEST_CASE("a condition that throws leaves the step complete, also of a fused group") {
  for (const int threads : {1, 2, 4})
    for (const Optimizations& optimizations : {Optimizations{}, Optimizations::none()}) {
      CAPTURE(threads);
      const Bench t(DType::f32, 20'000, 2);
      Session session(t.graph, {.threads = threads, .optimizations = optimizations});
      session.run(t.initialize);
      int asked = 0;
      const Until until{t.loss, [&](double) -> bool {
                          if (++asked == 4) throw std::string("enough");
                          return false;
                        }};
      CHECK_THROWS_AS(session.run(t.step, t.feeds, {.steps = 10, .until = until}), std::string);
      CHECK(session.eval(t.count).item<float>() == 4);
      session.run(t.step, t.feeds);
      CHECK(session.eval(t.count).item<float>() == 5);
    }
}

TEST_CASE("a run that assigns and is started by until is refused as just that") {
  const Graph graph;
  const Output w = variable(graph, Tensor::scalar(1.0F), {.name = "w"});
  const Output step = assign(w, w + 1);
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  const auto reached = [&](double) {
    session.run(step);
    return true;
  };
  const RunError error = caught<RunError>([&] {
    session.run(step, {.steps = 3, .until = {w, reached}});
  });
  CHECK(error.code() == ErrorCode::write_conflict);
  CHECK(error.info().message ==
        "a run that assigns variables was started by the condition RunOptions::until of another "
        "such run of the same session");
  CHECK(session.eval(w) == Tensor::scalar(2.0F));
}

}  // namespace
}  // namespace deft
