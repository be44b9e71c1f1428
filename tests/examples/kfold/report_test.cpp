#include "kfold/report.hpp"

#include <doctest/doctest.h>

#include <string>

#include "examples/json.hpp"

namespace examples::kfold {
namespace {

using Names = std::vector<std::string>;

Report example() {
  Report report;
  report.rows = 31;
  report.features = 1;
  report.folds = 3;
  report.scores = {{0.1, 0.5, 2.0 / 3, 0.25}, {1, 0.75, 0.6, 0.125}, {10, 1, 0.7, 0.5}};
  report.closed_form = {{0.1, 0.5, 0.625, 0.25}, {1, 0.75, 0.5, 0.125}, {10, 1, 0.75, 0.5}};
  report.choice = {1, 2};
  report.largest_difference = 1.25e-9;
  report.seconds = 0.5;
  report.closed_form_seconds = 0.0625;
  report.threads = 2;
  return report;
}

}  // namespace

TEST_CASE("the table has a row per penalty, and marks the choices") {
  CHECK(to_text(example(), {}) ==
        "31 rows, 1 feature, 3 folds x 3 penalties = 9 models in one graph, 2 threads\n"
        "1000 steps in 0.500 s; the closed form in 0.062 s\n"
        "weights and chosen penalty are those of the closed form (largest relative difference "
        "1.3e-09)\n"
        "\n"
        "                  penalty   validation mse   standard error   training mse\n"
        "                      0.1         0.666667             0.25            0.5\n"
        "chosen                  1              0.6            0.125           0.75\n"
        "within one s.e.        10              0.7              0.5              1\n");
}

TEST_CASE("a choice at the end of the grid is said to be there") {
  const std::string warning = "the chosen penalty is at the end of --penalties";
  Report report = example();
  CHECK(to_text(report, {}).find(warning) == std::string::npos);
  report.choice = {0, 1};
  CHECK(to_text(report, {}).find(warning) != std::string::npos);
  report.choice = {2, 2};
  CHECK(to_text(report, {}).find(warning) != std::string::npos);
  report.scores.resize(1);
  report.choice = {0, 0};  // of one there is no choice
  CHECK(to_text(report, {}).find(warning) == std::string::npos);
}

TEST_CASE("the table tells a learning rate that was asked for") {
  Report report = example();
  Options options;
  options.learning_rate = 0.5;
  CHECK(to_text(report, options).find("1000 steps at learning rate 0.5 in ") != std::string::npos);
}

TEST_CASE("the JSON object") {
  const std::string text = to_json(example(), {});
  CHECK(text.ends_with("}\n"));
  const Json json = JsonReader(text).whole();
  CHECK(json.names() == Names{"rows", "features", "folds", "models", "steps", "threads", "seconds",
                              "closed_form_seconds", "largest_difference", "chosen_penalty",
                              "one_standard_error_penalty", "results"});
  CHECK(json["rows"].number == 31);
  CHECK(json["features"].number == 1);
  CHECK(json["folds"].number == 3);
  CHECK(json["models"].number == 9);
  CHECK(json["steps"].number == 1000);
  CHECK(json["threads"].number == 2);
  CHECK(json["seconds"].number == 0.5);
  CHECK(json["closed_form_seconds"].number == 0.0625);
  CHECK(json["largest_difference"].number == 1.25e-9);
  CHECK(json["chosen_penalty"].number == 1);
  CHECK(json["one_standard_error_penalty"].number == 10);
  REQUIRE(json["results"].items.size() == 3);
  const Json& first = json["results"][0];
  CHECK(first.names() == Names{"penalty", "validation_mse", "standard_error", "training_mse",
                               "closed_form_validation_mse"});
  CHECK(first["penalty"].number == 0.1);
  CHECK(first["validation_mse"].number == 2.0 / 3);
  CHECK(first["standard_error"].number == 0.25);
  CHECK(first["training_mse"].number == 0.5);
  CHECK(first["closed_form_validation_mse"].number == 0.625);
}

}  // namespace examples::kfold
