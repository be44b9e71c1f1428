#include <deft/data/batches.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/data/minibatches.hpp>
#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/child_process.hpp"
#include "support/on_threads.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// f64 [rows, 2] of which each row tells its number, and bool [rows].
std::vector<Tensor> numbered(std::int64_t rows) {
  Tensor x = Tensor::uninitialized(DType::f64, {rows, 2});
  Tensor y = Tensor::uninitialized(DType::boolean, {rows});
  for (std::int64_t row = 0; row < rows; ++row) {
    x.set({row, 0}, 0.1 * static_cast<double>(row));
    x.set({row, 1}, -static_cast<double>(row));
    y.set({row}, row % 3 == 0);
  }
  return {x, y};
}

/// The rows themselves, as data.
std::vector<Tensor> row_numbers(std::span<const std::int64_t> rows) {
  return {Tensor::from(std::vector<std::int64_t>(rows.begin(), rows.end()))};
}

TEST_CASE("batches on the host have the bytes of those in the graph") {
  const std::vector<Tensor> data = numbered(50);
  for (const bool shuffle : {true, false})
    for (const Remainder remainder : {Remainder::drop, Remainder::fill})
      for (const std::int64_t prefetch : {0, 1, 3}) {
        const Graph graph;
        const Minibatches inside(
            Random(graph, {.seed = 11}), data,
            {.batch = 6, .hold_out = 7, .shuffle = shuffle, .remainder = remainder});
        Batches outside(data, {.batch = 6,
                               .hold_out = 7,
                               .shuffle = shuffle,
                               .remainder = remainder,
                               .seed = 11,
                               .prefetch = prefetch});
        CHECK(outside.batches() == inside.batches());
        const Output next = advance_global_step(graph);
        Session session(graph);
        session.run(global_variables_initializer(graph));
        for (std::int64_t step = 0; step < 3 * inside.batches(); ++step) {
          const std::vector<Tensor> right =
              session.run({inside.batch(0), inside.batch(1), inside.weights(), next});
          const std::vector<Tensor> made = outside.batch(step);
          REQUIRE(made.size() == 2);
          REQUIRE(bitwise_equal(made[0], right[0]));
          REQUIRE(bitwise_equal(made[1], right[1]));
          REQUIRE(outside.weights(step) == right[2]);
        }
        const std::vector<Tensor> held_out = outside.held_out();
        CHECK(bitwise_equal(held_out[0], session.run(inside.held_out(0))));
        CHECK(bitwise_equal(held_out[1], session.run(inside.held_out(1))));
      }
}

TEST_CASE("any step may be asked for, in any order and from several threads") {
  for (const std::int64_t prefetch : {0, 1, 2, 5}) {
    Batches batches(100, row_numbers, {.batch = 10, .prefetch = prefetch});
    const auto right = [&](std::int64_t step) {
      return batches.batch(step)[0] == Tensor::from(batches.epochs().rows_of(step));
    };
    for (const std::int64_t step : {7, 8, 9, 3, 3, 4, 6, 5, 1000000, 0, 2, 1, 12})
      CHECK(right(step));
    CHECK(right(std::numeric_limits<std::int64_t>::max()));
    for (const int threads : {1, 2, 3, 4, 8}) {
      std::atomic<int> wrong = 0;
      on_threads(threads, [&](int thread) {
        for (std::int64_t i = 0; i < (sanitized ? 20 : 100); ++i)
          if (!right(i * (thread + 1))) ++wrong;
      });
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("the next steps are prepared, as many as were asked for") {
  std::atomic<int> calls = 0;
  const auto counted = [&](std::span<const std::int64_t> rows) {
    ++calls;
    return row_numbers(rows);
  };
  {
    Batches batches(100, counted, {.batch = 10, .prefetch = 3});
    CHECK(calls == 0);
    batches.batch(4);
    while (calls < 4) std::this_thread::yield();  // 4, and then 5, 6 and 7
    batches.batch(5);
    batches.batch(6);
    batches.batch(7);
    while (calls < 7) std::this_thread::yield();
    CHECK(batches.batch(8)[0] == Tensor::from(batches.epochs().rows_of(8)));
  }
  CHECK(calls <= 8);
  calls = 0;
  Batches plain(100, counted, {.batch = 10, .prefetch = 0});
  plain.batch(0);
  plain.batch(1);
  CHECK(calls == 2);
}

TEST_CASE("the source is never called by two threads at once") {
  std::atomic<int> inside = 0;
  std::atomic<bool> met = false;
  const auto source = [&](std::span<const std::int64_t> rows) {
    if (++inside > 1) met = true;
    std::this_thread::yield();
    std::vector<Tensor> made = row_numbers(rows);
    --inside;
    return made;
  };
  Batches batches(100, source, {.batch = 10, .hold_out = 5, .prefetch = 2});
  std::thread other([&] {
    for (int i = 0; i < 50; ++i) batches.held_out();
  });
  for (std::int64_t step = 0; step < 50; ++step) batches.batch(step);
  other.join();
  CHECK_FALSE(met);
}

TEST_CASE("what the source throws arrives at the caller, who may ask again") {
  for (const std::int64_t prefetch : {0, 1, 3}) {
    std::atomic<bool> fails = true;
    const std::vector<std::int64_t> bad = Epochs(100, {.batch = 10}).rows_of(2);
    const auto source = [&](std::span<const std::int64_t> rows) {
      if (fails && std::ranges::equal(rows, bad)) throw std::runtime_error("the disk is gone");
      return row_numbers(rows);
    };
    Batches batches(100, source, {.batch = 10, .prefetch = prefetch});
    batches.batch(0);
    batches.batch(1);
    CHECK_THROWS_WITH_AS(batches.batch(2), "the disk is gone", std::runtime_error);
    CHECK_THROWS_AS(batches.batch(2), std::runtime_error);
    CHECK(batches.batch(3)[0] == Tensor::from(batches.epochs().rows_of(3)));
    fails = false;
    CHECK(batches.batch(2)[0] == Tensor::from(bad));
  }
}

TEST_CASE("a source that gives other rows is refused") {
  for (const std::int64_t prefetch : {0, 2}) {
    const auto message = [&](std::vector<Tensor> given) {
      Batches batches(10, [given](std::span<const std::int64_t>) { return given; },
                      {.batch = 4, .prefetch = prefetch, .where = {"user.cpp", 3}});
      const Error error = caught<ValueError>([&] { batches.batch(0); });
      CHECK(error.info().where.line == 3);
      return error.info().message;
    };
    CHECK(message({}) == "the source gives no tensors");
    CHECK(message({Tensor::zeros(DType::f32, {4}), Tensor::zeros(DType::f32, {5, 2})}) ==
          "the source gives tensor 1 of shape [5, 2] for 4 rows");
    CHECK(message({Tensor::scalar(1.0)}) == "the source gives tensor 0 of shape [] for 4 rows");
  }
}

TEST_CASE("batches end while others are prepared, and when none were asked for") {
  for (int i = 0; i < (sanitized ? 50 : 500); ++i) {
    std::atomic<bool> slow = true;
    const auto source = [&](std::span<const std::int64_t> rows) {
      for (int k = 0; k < i % 20 && slow; ++k) std::this_thread::yield();
      if (i % 7 == 0) throw std::runtime_error("never seen");
      return row_numbers(rows);
    };
    Batches batches(100, source, {.batch = 10, .prefetch = 4});
    if (i % 3 == 0) continue;
    if (i % 7 == 0)
      CHECK_THROWS_AS(batches.batch(i), std::runtime_error);
    else
      batches.batch(i);
  }
}

TEST_CASE("misuse of batches") {
  const auto refused = [](std::vector<Tensor> data, BatchesOptions options) {
    options.where = {"user.cpp", 5};
    const Error error =
        caught<ValueError>([&] { static_cast<void>(Batches(std::move(data), options)); });
    CHECK(error.info().where.line == 5);
    return error.info().message;
  };
  CHECK(refused({}, {}) == "there are no tensors");
  CHECK(refused(numbered(4), {.batch = 0}).find("a batch has 0 rows") == 0);
  CHECK(refused(numbered(4), {.batch = 5}).find("a batch has 5 rows, and the data 4") == 0);
  CHECK(refused(numbered(4), {.batch = 1, .hold_out = 5}) == "5 rows are held out of 4");
  CHECK(refused(numbered(4), {.batch = 1, .prefetch = -1}) == "-1 batches are prefetched");
  CHECK(caught<ValueError>([] { static_cast<void>(Batches(10, nullptr, {.batch = 2})); })
            .info()
            .message == "the source is empty");
  CHECK_THROWS_AS(static_cast<void>(Batches(0, row_numbers)), ValueError);
  Batches batches(numbered(4), {.batch = 2});
  const Error step = caught<ValueError>([&] { batches.batch(-1, {"user.cpp", 6}); });
  CHECK(step.info().message == "the step is -1");
  CHECK(step.info().where.line == 6);
  CHECK_THROWS_AS(batches.weights(-1), ValueError);
  CHECK_THROWS_AS(batches.position(-1), ValueError);
  CHECK(caught<ValueError>([&] { batches.held_out(); }).info().message ==
        "no rows are held out, but they are asked for");
}

TEST_CASE("a forked child is told that threads are gone") {
  Batches batches(100, row_numbers, {.batch = 10, .hold_out = 10});
  batches.batch(0);
  CHECK(status_of_fork([&] {
          const auto is_told = [](const auto& call) {
            try {
              call();
            } catch (const ValueError& error) {
              return error.code() == ErrorCode::forked;
            }
            return false;
          };
          if (!is_told([&] { batches.batch(1); })) return 1;
          if (!is_told([&] { batches.held_out(); })) return 2;
          // The thread sanitizer allows no new threads in a child.
          Batches own(100, row_numbers, {.batch = 10, .prefetch = thread_sanitizer ? 0 : 2});
          return own.batch(1)[0] == Tensor::from(own.epochs().rows_of(1)) ? 0 : 3;
        }) == 0);
  CHECK(batches.batch(1)[0] == Tensor::from(batches.epochs().rows_of(1)));
}

TEST_CASE("a forked child may destroy batches") {
  auto batches = std::make_unique<Batches>(100, row_numbers, BatchesOptions{.batch = 10});
  batches->batch(0);
  CHECK(status_of_fork([&] {
          batches.reset();
          return 0;
        }) == 0);
}

TEST_CASE("a part of the batch is that of Epochs on the host too") {
  const Part part{.index = 1, .count = 3};
  Tensor numbers = Tensor::uninitialized(DType::i64, {20});
  for (std::int64_t row = 0; row < 20; ++row) numbers.set({row}, row);
  Batches batches({numbers}, {.batch = 6, .part = part, .seed = 4});
  const Epochs epochs(20, {.batch = 6, .part = part, .seed = 4});
  for (std::int64_t step = 0; step < 7; ++step)
    CHECK(batches.batch(step)[0].to<std::int64_t>() == epochs.rows_of(step));
}

}  // namespace
}  // namespace deft
