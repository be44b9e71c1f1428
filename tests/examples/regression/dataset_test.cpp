#include "regression/dataset.hpp"

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"
#include "support/temp_folder.hpp"

namespace examples::regression {
namespace {

using Names = std::vector<std::string>;
using Column = std::vector<double>;

const Table table{{"a", "b", "c"}, {{1, 2, 3}, {4, 5, 7}, {7, 8, 9}}};

std::string error(const Table& data, const Options& options) {
  return deft::caught<UserError>([&] { make_dataset(data, options, "a.csv"); }).what();
}

}  // namespace

TEST_CASE("the last column is the target, all others are features") {
  const Dataset data = make_dataset(table, {}, "a.csv");
  CHECK(data.names == Names{"intercept", "a", "b"});
  CHECK(data.columns == std::vector<Column>{{1, 1, 1}, {1, 2, 3}, {4, 5, 7}});
  CHECK(data.target_name == "c");
  CHECK(data.target == Column{7, 8, 9});
  CHECK(data.rows() == 3);
  CHECK(data.features() == 2);
  CHECK(data.coefficients() == 3);
}

TEST_CASE("another target, no intercept") {
  Options options;
  options.target = "a";
  options.intercept = false;
  const Dataset data = make_dataset(table, options, "a.csv");
  CHECK(data.names == Names{"b", "c"});
  CHECK(data.target == Column{1, 2, 3});
  CHECK(data.features() == 2);
  CHECK(data.coefficients() == 2);
}

TEST_CASE("powers of the only feature") {
  Options options;
  options.degree = 3;
  const Dataset data = make_dataset({{"x", "y"}, {{1, 2, 3, -4}, {0, 0, 0, 0}}}, options, "a.csv");
  CHECK(data.names == Names{"intercept", "x", "x^2", "x^3"});
  CHECK(data.columns[2] == Column{1, 4, 9, 16});
  CHECK(data.columns[3] == Column{1, 8, 27, -64});
  CHECK(data.features() == 3);
}

TEST_CASE("data that cannot be fitted") {
  Options options;
  options.target = "z";
  CHECK(error(table, options) == "--target: a.csv has no column \"z\"; it has \"a\", \"b\", \"c\"");
  options.target.clear();
  CHECK(error({{"y"}, {{1, 2}}}, options) ==
        "a.csv has only the column \"y\"; a feature and a target, with a comma between them, are "
        "needed");
  CHECK(error({{"x", "y"}, {{}, {}}}, options) == "too few rows in a.csv: 0 for 2 coefficients");
  CHECK(error({{"x", "y"}, {{1}, {2}}}, options) == "too few rows in a.csv: 1 for 2 coefficients");
  options.degree = 2;
  CHECK(error({{"x", "y"}, {{1, 2}, {2, 3}}}, options) ==
        "too few rows in a.csv: 2 for 3 coefficients");
  CHECK(error(table, options) == "--degree 2 needs data with one feature, not 2");
  CHECK(error({{"x", "y"}, {{1, 2, 1e200}, {2, 3, 4}}}, options) ==
        "row 3 of \"x^2\" is inf, which does not fit f64; scale the data");
}

TEST_CASE("values must fit the dtype") {
  Options options;
  options.dtype = deft::DType::f32;
  CHECK(error({{"x", "y"}, {{1, 2}, {-1e39, 3}}}, options) ==
        "row 1 of \"y\" is -1e+39, which does not fit f32; scale the data");
  CHECK(make_dataset({{"x", "y"}, {{1, 2}, {1e38, 3}}}, options, "").rows() == 2);
}

TEST_CASE("many column names are cut short") {
  Table wide;
  for (int j = 0; j < 100; ++j) {
    wide.names.push_back(std::string("c").append(std::to_string(j)));
    wide.columns.push_back({1, 2});
  }
  Options options;
  options.target = "z";
  CHECK(error(wide, options).ends_with("\"c10\", \"c11\" and 88 more"));
}

TEST_CASE("load_dataset generates or reads") {
  Options options;
  options.rows = 5;
  CHECK(load_dataset(options).names == Names{"intercept", "x"});
  CHECK(load_dataset(options).rows() == 5);
  const deft::TempFolder folder;
  options.data = folder.add("a.csv", "u,v\n1,2\n3,4\n5,7\n");
  CHECK(load_dataset(options).names == Names{"intercept", "u"});
  CHECK(load_dataset(options).rows() == 3);
}

}  // namespace examples::regression
