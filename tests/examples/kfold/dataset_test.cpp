#include "kfold/dataset.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "caught.hpp"
#include "common/errors.hpp"
#include "support/temp_folder.hpp"

namespace examples::kfold {
namespace {

using Column = std::vector<double>;

Dataset load(const Options& options) {
  NumpyRandom random(options.seed);
  return load_dataset(options, random);
}

std::string error(const Options& options) {
  return deft::caught<UserError>([&] { load(options); }).what();
}

/// What `load` says about a file of this content.
std::string error_of(const std::string& content) {
  const deft::TempFolder folder;
  Options options;
  options.folds = 2;
  options.data = folder.add("a.csv", content);
  const std::string text = error(options);
  const std::size_t name = text.find("a.csv");
  return name == std::string::npos ? text : text.substr(name);
}

double mean_square(const Column& column) {
  return std::inner_product(column.begin(), column.end(), column.begin(), 0.0) /
         static_cast<double>(column.size());
}

}  // namespace

TEST_CASE("generated data have the shape and the sizes that were asked for") {
  Options options;
  options.rows = 2000;
  options.features = 20;
  const Dataset data = load(options);
  CHECK(data.rows() == 2000);
  REQUIRE(data.features.size() == 20);
  CHECK(data.names.front() == "x1");
  CHECK(data.names.back() == "x20");
  for (const Column& column : data.features) {
    CHECK(column.size() == 2000);
    CHECK(mean_square(column) == doctest::Approx(1.0).epsilon(0.2));
  }
  // The squares of the intercept, the noise and the weighted sum, each about 1.
  CHECK(mean_square(data.target) == doctest::Approx(3.0).epsilon(0.4));
}

TEST_CASE("the seed makes the data") {
  Options options;
  options.rows = 10;
  options.features = 2;
  const Column target = load(options).target;
  CHECK(load(options).target == target);
  options.seed = 2;
  CHECK(load(options).target != target);
}

TEST_CASE("a file has a target and features") {
  const deft::TempFolder folder;
  Options options;
  options.folds = 2;
  options.data = folder.add("a.csv", "a,b,c\n1,2,3\n4,5,6\n7,8,10\n");
  const Dataset last = load(options);
  CHECK(last.names == std::vector<std::string>{"a", "b"});
  CHECK(last.features == std::vector<Column>{{1, 4, 7}, {2, 5, 8}});
  CHECK(last.target == Column{3, 6, 10});
  options.target = "b";
  const Dataset middle = load(options);
  CHECK(middle.names == std::vector<std::string>{"a", "c"});
  CHECK(middle.target == Column{2, 5, 8});
}

TEST_CASE("data that cannot be used") {
  CHECK(error_of("a,b\n") == "--folds: 2 folds need as many rows; there are 0");
  CHECK(error_of("a,b\n1,2\n") == "--folds: 2 folds need as many rows; there are 1");
  CHECK(error_of("a\n1\n2\n").starts_with("a.csv has only the column \"a\""));
  CHECK(error_of("a,b\n1,7\n2,7\n") ==
        "a.csv has the same value in every row; there is nothing to fit");
  Options options;
  options.rows = 4;
  CHECK(error(options) == "--folds: 5 folds need as many rows; there are 4");
  options.rows = 1'000'000;
  options.features = 10'000;
  CHECK(error(options) == "5 folds of 1000000 rows and 10000 features take more than 4 GB");
}

}  // namespace examples::kfold
