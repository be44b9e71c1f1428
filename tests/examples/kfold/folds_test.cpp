#include "kfold/folds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples::kfold {
namespace {

using Rows = std::vector<std::size_t>;

std::vector<Fold> split_with(std::uint32_t seed, std::size_t rows, std::size_t folds) {
  NumpyRandom random(seed);
  return split(rows, folds, random);
}

}  // namespace

TEST_CASE("every row validates once and trains all other folds; sizes differ by at most 1") {
  const std::size_t sizes[][2] = {{2, 2}, {10, 5}, {11, 5}, {14, 5}, {7, 7}, {101, 10}};
  for (const auto& size : sizes) {
    const std::size_t rows = size[0];
    const std::size_t folds = size[1];
    CAPTURE(rows);
    CAPTURE(folds);
    const std::vector<Fold> found = split_with(3, rows, folds);
    REQUIRE(found.size() == folds);
    std::vector<int> validated(rows);
    for (const Fold& fold : found) {
      CHECK(fold.validation.size() >= rows / folds);
      CHECK(fold.validation.size() <= (rows + folds - 1) / folds);
      for (const std::size_t i : fold.validation) ++validated.at(i);

      Rows all;
      std::merge(fold.training.begin(), fold.training.end(), fold.validation.begin(),
                 fold.validation.end(), std::back_inserter(all));
      Rows expected(rows);
      std::iota(expected.begin(), expected.end(), std::size_t{0});
      CHECK(all == expected);
    }
    CHECK(validated == std::vector<int>(rows, 1));
  }
}

TEST_CASE("rows are dealt out at random, as the seed says") {
  const Rows first = split_with(1, 100, 5)[0].validation;
  CHECK(split_with(1, 100, 5)[0].validation == first);
  CHECK(split_with(2, 100, 5)[0].validation != first);
  Rows every_fifth;
  for (std::size_t i = 0; i < 100; i += 5) every_fifth.push_back(i);
  CHECK(first != every_fifth);
}

TEST_CASE("units are those of the training rows") {
  // Training rows 0 and 2: a has mean 3 and deviation 2, b is constant, the target has mean 20.
  const Dataset data{{"a", "b"}, {{1, 7, 5}, {0.1, 4, 0.1}}, {10, 50, 30}};
  const FoldData fold = standardize(data, {{0, 2}, {1}});
  CHECK(fold.X == deft::Tensor::from<double>({2, 2}, {-1, 0, 1, 0}));
  CHECK(fold.d == deft::Tensor::from<double>({2, 1}, {-10, 10}));
  CHECK(fold.X_validation == deft::Tensor::from<double>({1, 2}, {2, 4 - 0.1}));
  CHECK(fold.d_validation == deft::Tensor::from<double>({1, 1}, {30}));
}

TEST_CASE("a column of equal numbers becomes zeros, whatever rounding does to their sum") {
  const Dataset data{{"a"}, {std::vector<double>(49, 0.1)}, std::vector<double>(49, 1.0 / 3)};
  Fold fold{Rows(48), {48}};
  std::iota(fold.training.begin(), fold.training.end(), std::size_t{0});
  const FoldData found = standardize(data, fold);
  CHECK(found.X == deft::Tensor::zeros(deft::DType::f64, {48, 1}));
  CHECK(found.d == deft::Tensor::zeros(deft::DType::f64, {48, 1}));
}

TEST_CASE("features whose squares overflow or vanish") {
  for (const double size : {1e-300, 1e-170, 1e200, 8e307}) {
    CAPTURE(size);
    const Dataset data{{"a"}, {{size, -size, 0}}, {1, 2, 3}};
    CHECK(standardize(data, {{0, 1}, {2}}).X == deft::Tensor::from<double>({2, 1}, {1, -1}));
  }
}

TEST_CASE("features without a finite deviation") {
  const Dataset data{{"a"}, {{1.7e308, -1.7e308, 0}}, {1, 2, 3}};
  const auto error = deft::caught<UserError>([&] { standardize(data, {{0, 1}, {2}}); });
  CHECK(std::string(error.what()) ==
        "the feature \"a\" is too large for its deviation to be a number; scale the data");
}

}  // namespace examples::kfold
