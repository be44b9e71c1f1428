#include "fashion/evaluation.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "sample.hpp"

namespace examples::fashion {
namespace {

/// Logits that are the pixels of the first ten columns of row 0.
deft::Output first_pixels(const deft::Output& pixels, deft::Mode) {
  const deft::Output row = cast(reshape(pixels, {-1, side * side}), deft::DType::f32);
  return slice(row, -1, {0, num_classes});
}

/// Pictures on which `first_pixels` gives the logit 3 to one class each, and 0 to the others.
Pictures guessed(const std::vector<std::uint8_t>& labels, const std::vector<std::size_t>& guesses) {
  const auto count = static_cast<std::int64_t>(labels.size());
  Pictures pictures{deft::Tensor::zeros(deft::DType::u8, {count, side, side}),
                    deft::Tensor::from(labels)};
  const auto pixels = pictures.pixels.mutable_data<std::uint8_t>();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    pixels[i * static_cast<std::size_t>(side * side) + guesses[i]] =
        static_cast<std::uint8_t>(3 + i % 2);
  }
  return pictures;
}

}  // namespace

TEST_CASE("an evaluation counts, and puts the worst mistakes first") {
  const Pictures pictures = guessed({0, 1, 2, 2, 9}, {0, 3, 2, 5, 8});
  const deft::Graph graph;
  const Judge judge(graph, first_pixels, pictures);
  deft::Session session(graph, {.threads = 1});
  const Evaluation found = judge.judge(session);
  CHECK(found.accuracy == 0.4);
  CHECK(found.confusion[0][0] == 1);
  CHECK(found.confusion[1][3] == 1);
  CHECK(found.confusion[2][2] == 1);
  CHECK(found.confusion[2][5] == 1);
  CHECK(found.confusion[9][8] == 1);
  CHECK(found.confusion[1][1] == 0);

  const double three = std::log(std::exp(3.0) + 9);  // -log(probability of a logit 0)
  const double four = std::log(std::exp(4.0) + 9);
  CHECK(found.loss == doctest::Approx(((three - 3) * 2 + four * 2 + three) / 5).epsilon(1e-6));
  REQUIRE(found.mistakes.size() == 3);
  CHECK(found.mistakes[0].picture == 1);  // two of the same loss: in their order
  CHECK(found.mistakes[1].picture == 3);
  CHECK(found.mistakes[2].picture == 4);
  CHECK(found.mistakes[0].truth == 1);
  CHECK(found.mistakes[0].guess == 3);
  CHECK(found.mistakes[0].loss == doctest::Approx(four).epsilon(1e-6));
}

TEST_CASE("an evaluation of more pictures than are shown at once") {
  const Pictures pictures = sample_pictures(1234, 3);
  const deft::Graph graph;
  const Judge judge(graph, first_pixels, pictures);
  deft::Session session(graph, {.threads = 1});
  const Evaluation found = judge.judge(session);
  std::int64_t all = 0;
  for (const auto& row : found.confusion) {
    for (const std::int64_t count : row) all += count;
  }
  CHECK(all == 1234);
  CHECK(static_cast<double>(found.mistakes.size()) == doctest::Approx((1 - found.accuracy) * 1234));
}

}  // namespace examples::fashion
