#include <deft/data/epochs.hpp>

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/random.hpp>

#include "caught.hpp"

namespace deft {
namespace {

using Rows = std::vector<std::int64_t>;

Rows rows_below(std::int64_t count) {
  Rows rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

/// The rows of an epoch, those of weight 1 alone.
Rows rows_of_epoch(const Epochs& epochs, std::int64_t epoch) {
  Rows all;
  for (std::int64_t i = 0; i < epochs.batches(); ++i) {
    const std::int64_t step = epoch * epochs.batches() + i;
    const Rows rows = epochs.rows_of(step);
    const std::vector<float> weights = epochs.weights_of(step).data<float>();
    REQUIRE(rows.size() == static_cast<std::size_t>(epochs.batch()));
    for (std::size_t k = 0; k < rows.size(); ++k)
      if (weights[k] == 1) all.push_back(rows[k]);
  }
  return all;
}

Rows sorted(Rows rows) {
  std::ranges::sort(rows);
  return rows;
}

TEST_CASE("every epoch is a permutation of the rows, and epochs differ") {
  const Epochs epochs(1000, {.batch = 50});
  CHECK(epochs.batches() == 20);
  std::set<Rows> seen;
  for (std::int64_t epoch = 0; epoch < 20; ++epoch) {
    const Rows rows = rows_of_epoch(epochs, epoch);
    CHECK(sorted(rows) == rows_below(1000));
    seen.insert(rows);
  }
  CHECK(seen.size() == 20);
  const Rows first = epochs.rows_of(0);
  CHECK(Epochs(1000, {.batch = 50}).rows_of(0) == first);
  CHECK_FALSE(Epochs(1000, {.batch = 50, .seed = 1}).rows_of(0) == first);
  CHECK_FALSE(Epochs(1000, {.batch = 50, .stream = "others"}).rows_of(0) == first);
}

TEST_CASE("rows that fill no batch are left out, others in each epoch") {
  const Epochs epochs(103, {.batch = 10});
  CHECK(epochs.batches() == 10);
  std::set<Rows> left_out;
  for (std::int64_t epoch = 0; epoch < 10; ++epoch) {
    const Rows rows = sorted(rows_of_epoch(epochs, epoch));
    CHECK(rows.size() == 100);
    CHECK(std::ranges::adjacent_find(rows) == rows.end());
    Rows others;
    std::ranges::set_difference(rows_below(103), rows, std::back_inserter(others));
    left_out.insert(others);
  }
  CHECK(left_out.size() > 5);
}

TEST_CASE("the last batch is filled up with the first rows of the epoch, of weight 0") {
  const Epochs epochs(10, {.batch = 4, .remainder = Remainder::fill});
  CHECK(epochs.batches() == 3);
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    const Rows first = epochs.rows_of(3 * epoch);
    const Rows last = epochs.rows_of(3 * epoch + 2);
    CHECK(sorted(rows_of_epoch(epochs, epoch)) == rows_below(10));
    CHECK(last[2] == first[0]);
    CHECK(last[3] == first[1]);
    CHECK(epochs.weights_of(3 * epoch + 1) == Tensor{1.0F, 1.0F, 1.0F, 1.0F});
    CHECK(epochs.weights_of(3 * epoch + 2) == Tensor{1.0F, 1.0F, 0.0F, 0.0F});
  }
  CHECK(Epochs(8, {.batch = 4, .remainder = Remainder::fill}).batches() == 2);
}

TEST_CASE("rows are in their own order unless they are shuffled") {
  const Epochs epochs(10, {.batch = 4, .shuffle = false, .remainder = Remainder::fill});
  CHECK(epochs.rows_of(0) == Rows{0, 1, 2, 3});
  CHECK(epochs.rows_of(2) == Rows{8, 9, 0, 1});
  CHECK(epochs.rows_of(4) == Rows{4, 5, 6, 7});
  const Epochs dropping(10, {.batch = 4, .shuffle = false});
  CHECK(dropping.rows_of(2) == Rows{0, 1, 2, 3});
}

TEST_CASE("rows that are held out are a sample of the seed that no epoch has") {
  for (const bool shuffle : {true, false})
    for (const std::int64_t hold_out : {1, 30, 99}) {
      CAPTURE(hold_out);
      const Epochs epochs(100, {.batch = 1, .hold_out = hold_out, .shuffle = shuffle, .seed = 5});
      const Rows held_out(epochs.held_out().begin(), epochs.held_out().end());
      CHECK(held_out.size() == static_cast<std::size_t>(hold_out));
      CHECK(epochs.trained() == 100 - hold_out);
      Rows others;
      std::ranges::set_difference(rows_below(100), held_out, std::back_inserter(others));
      CHECK(epochs.trained_rows() == others);
      for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
        const Rows rows = rows_of_epoch(epochs, epoch);
        CHECK((shuffle ? sorted(rows) : rows) == others);
      }
      const Epochs others_sizes(100, {.batch = 1, .hold_out = hold_out, .seed = 5});
      CHECK(std::ranges::equal(others_sizes.held_out(), held_out));
    }
  const Epochs one(1000, {.hold_out = 30, .seed = 1});
  const Epochs other(1000, {.hold_out = 30, .seed = 2});
  CHECK_FALSE(std::ranges::equal(one.held_out(), other.held_out()));
  // A sample is spread: 30 of 1000 rows are no range.
  CHECK(one.held_out().back() - one.held_out().front() > 500);
}

TEST_CASE("where a training stands") {
  const Epochs epochs(103, {.batch = 10, .remainder = Remainder::fill});
  const EpochPosition start = epochs.position(0);
  CHECK(start.epoch == 0);
  CHECK(start.batch == 0);
  CHECK(start.left == 11);
  const EpochPosition last = epochs.position(Tensor::scalar<std::int64_t>(32));
  CHECK(last.epoch == 2);
  CHECK(last.batch == 10);
  CHECK(last.left == 1);
  CHECK(epochs.position(33).left == 11);
}

TEST_CASE("sizes at the end of 64 bits") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Epochs epochs(most, {.batch = 4, .remainder = Remainder::fill});
  const std::int64_t last = epochs.batches() - 1;
  const Rows rows = epochs.rows_of(last);
  CHECK(std::ranges::all_of(rows, [](std::int64_t row) { return row >= 0; }));
  CHECK(rows[3] == epochs.rows_of(0)[0]);
  CHECK(epochs.weights_of(last) == Tensor{1.0F, 1.0F, 1.0F, 0.0F});
  CHECK(Epochs(most, {.batch = 3, .shuffle = false}).rows_of(most / 3 - 1)[0] == most - 4);
  CHECK(epochs.position(most).left > 0);
}

/// The error of epochs that cannot be, which names this line.
ErrorInfo refused(std::int64_t rows, EpochsOptions options) {
  options.where = {"user.cpp", 7};
  const Error error = caught<ValueError>([&] { static_cast<void>(Epochs(rows, options)); });
  CHECK(error.info().where.line == 7);
  CHECK_FALSE(error.info().cure.empty());
  return error.info();
}

TEST_CASE("sizes that cannot be are refused with all values") {
  CHECK(refused(0, {}).message == "the data have 0 rows");
  CHECK(refused(10, {.batch = 0}).message ==
        "a batch has 0 rows, and the data 10, of which 0 are held out");
  CHECK(refused(40, {.batch = 32, .hold_out = 9}).message ==
        "a batch has 32 rows, and the data 40, of which 9 are held out");
  CHECK(refused(10, {.batch = 1, .hold_out = 10}).message == "10 rows are held out of 10");
  CHECK(refused(10, {.batch = 1, .hold_out = -1}).message == "-1 rows are held out of 10");
  const Epochs epochs(10, {.batch = 2});
  const Error error = caught<ValueError>([&] { epochs.position(-1, {"user.cpp", 9}); });
  CHECK(error.info().message == "the step is -1");
  CHECK(error.info().where.line == 9);
  CHECK_THROWS_AS(epochs.rows_of(-5), ValueError);
  CHECK_THROWS_AS(epochs.weights_of(-5), ValueError);
  CHECK_THROWS_AS(epochs.position(Tensor{1, 2}), ValueError);
  CHECK_THROWS_AS(epochs.position(Tensor::scalar(1.0)), ValueError);
}

TEST_CASE("tensors must have as many rows each") {
  const auto message = [](const std::vector<Tensor>& data) {
    return caught<ValueError>([&] { static_cast<void>(Epochs(data, {.batch = 1})); })
        .info()
        .message;
  };
  CHECK(message({}) == "there are no tensors");
  CHECK(message({Tensor::scalar(1.0F)}) == "tensor 0 has the shape [], and no rows");
  CHECK(message({Tensor::zeros(DType::u8, {4, 2}), Tensor::zeros(DType::i32, {5})}) ==
        "tensor 1 has the shape [5], but tensor 0 has [4, 2]");
  CHECK(message({Tensor::zeros(DType::u8, {0, 2})}) == "the data have 0 rows");
}

TEST_CASE("the parts of a batch follow upon each other and make the whole") {
  for (const Remainder remainder : {Remainder::drop, Remainder::fill})
    for (const std::int64_t count : {1, 2, 5}) {
      EpochsOptions options{.batch = 10, .hold_out = 4, .remainder = remainder, .seed = 3};
      const Epochs whole(47, options);
      for (std::int64_t step = 0; step < 2 * whole.batches(); ++step) {
        Rows rows;
        std::vector<float> weights;
        for (std::int64_t index = 0; index < count; ++index) {
          options.part = {.index = index, .count = count};
          const Epochs part(47, options);
          CHECK(part.batches() == whole.batches());
          CHECK(part.part_rows() == 10 / count);
          const Rows own = part.rows_of(step);
          rows.insert(rows.end(), own.begin(), own.end());
          const std::vector<float> own_weights = part.weights_of(step).to<float>();
          weights.insert(weights.end(), own_weights.begin(), own_weights.end());
        }
        CHECK(rows == whole.rows_of(step));
        CHECK(weights == whole.weights_of(step).to<float>());
      }
    }
}

TEST_CASE("parts that do not exist or are not equal are refused") {
  const auto message = [](const Part& part) {
    return caught<ValueError>([&] { static_cast<void>(Epochs(40, {.batch = 12, .part = part})); })
        .info()
        .message;
  };
  CHECK(message({.index = 2, .count = 2}) == "part 2 of 2 parts of a batch does not exist");
  CHECK(message({.index = -1, .count = 2}) == "part -1 of 2 parts of a batch does not exist");
  CHECK(message({.index = 0, .count = 0}) == "part 0 of 0 parts of a batch does not exist");
  CHECK(message({.index = 0, .count = 5}) == "a batch of 12 rows has no 5 equal parts");
}

}  // namespace
}  // namespace deft
