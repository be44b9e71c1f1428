#include "regression/report.hpp"

#include <doctest/doctest.h>

#include <string>

#include "examples/json.hpp"

namespace examples::regression {
namespace {

using Names = std::vector<std::string>;

const Dataset data = make_dataset({{"x", "y"}, {{1, 2, 3}, {1, 2, 4}}}, {}, "");

Report example() {
  Report report;
  report.closed_form = {"closed_form", {0.1, -2.0 / 3.0}, 0.25, 0.001};
  report.results = {{"plain_loop", {1.0 / 3.0, 1e-300}, 0.5, 0.5},
                    {"graph_manual", {1e300, 2}, 1.0 / 7.0, 0.25}};
  report.threads = 2;
  return report;
}

}  // namespace

TEST_CASE("the JSON object") {
  const std::string text = to_json(example(), data, {});
  CHECK(text.ends_with("}\n"));
  const Json json = JsonReader(text).whole();
  CHECK(json.names() ==
        Names{"rows", "features", "dtype", "epochs", "threads", "closed_form", "results"});
  CHECK(json["rows"].number == 3);
  CHECK(json["features"].number == 1);
  CHECK(json["dtype"].text == "f64");
  CHECK(json["epochs"].number == 10'000);
  CHECK(json["threads"].number == 2);
  CHECK(json["closed_form"][0].text == "0.10000000000000001");
  CHECK(json["closed_form"][1].number == -2.0 / 3.0);
  REQUIRE(json["results"].items.size() == 2);
  const Json& manual = json["results"][1];
  CHECK(manual.names() == Names{"name", "w", "mse", "seconds"});
  CHECK(manual["name"].text == "graph_manual");
  CHECK(manual["w"][0].number == 1e300);
  CHECK(manual["mse"].text == "0.14285714285714285");
  CHECK(manual["seconds"].number == 0.25);
}

TEST_CASE("the closed form alone has no results") {
  Report report = example();
  report.results.clear();
  Options options;
  options.epochs = 0;
  const Json json = JsonReader(to_json(report, data, options)).whole();
  CHECK(json["results"].kind == Json::Kind::array);
  CHECK(json["results"].items.empty());
  CHECK(to_text(report, data, options) ==
        "3 rows, 1 feature, 2 threads\n"
        "\n"
        "                    closed form\n"
        "intercept                   0.1\n"
        "x           -0.6666666666666666\n"
        "mse                        0.25\n"
        "seconds                0.001000\n");
}

TEST_CASE("the table has a column per method and speeds against the plain loop") {
  Report report = example();
  report.results[1].w = {1.5, 2};
  CHECK(to_text(report, data, {}) ==
        "3 rows, 1 feature, 2 threads, f64, 10000 epochs at learning rate 0.001\n"
        "\n"
        "                                closed form           plain loop   graph manual\n"
        "intercept                               0.1   0.3333333333333333            1.5\n"
        "x                       -0.6666666666666666               1e-300              2\n"
        "mse                                    0.25                  0.5     0.14285714\n"
        "seconds                            0.001000             0.500000       0.250000\n"
        "speed, plain loop = 1                500.00                 1.00           2.00\n");
}

TEST_CASE("standardized columns are told of") {
  Options options;
  options.standardize = true;
  CHECK(to_text(example(), data, options).find("learning rate 0.001, standardized columns\n") !=
        std::string::npos);
}

TEST_CASE("f32 results are shown with the digits of f32") {
  Report report = example();
  report.results[0].w = {static_cast<double>(0.1F), 2};
  Options options;
  options.dtype = deft::DType::f32;
  CHECK(to_text(report, data, options).find(" 0.1 ") != std::string::npos);
  const Json json = JsonReader(to_json(report, data, options)).whole();
  CHECK(json["results"][0]["w"][0].text == "0.10000000149011612");
  report.results[0].w = {-1e300, 2};  // of standardized columns
  CHECK(to_text(report, data, options).find(" -1e+300 ") != std::string::npos);
}

}  // namespace examples::regression
