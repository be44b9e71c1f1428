// Runs the program as a user does. What it writes: see main_output_test.cpp.

#include <doctest/doctest.h>

#include <cmath>

#include "examples/json.hpp"
#include "examples/regression/methods.hpp"
#include "examples/regression/run.hpp"

namespace examples::regression {
namespace {

/// The standard error has nothing or, if one is given, a warning that begins with `warning`.
Json json_of(std::vector<std::string> options, const std::string& warning = {}) {
  options.emplace_back("--json");
  const Outcome outcome = regression_program(options);
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty() == warning.empty());
  if (!warning.empty()) CHECK(outcome.err.starts_with("regression: warning: " + warning));
  return JsonReader(outcome.out).whole();
}

constexpr const char* far = "the training stops far from the optimum (mse ";

/// |value / expected - 1| <= tolerance
void check_close(const Json& value, double expected, double tolerance) {
  CAPTURE(value.text);
  CAPTURE(expected);
  CHECK(std::fabs(value.number / expected - 1.0) <= tolerance);
}

void check_results(const Json& json, double w0, double w1, double tolerance) {
  const std::vector<std::string> names = methods();
  REQUIRE(json["results"].items.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Json& result = json["results"][i];
    CHECK(result["name"].text == names[i]);
    CHECK(result["w"].items.size() == 2);
    check_close(result["w"][0], w0, tolerance);
    check_close(result["w"][1], w1, tolerance);
    CHECK(result["seconds"].number >= 0);
  }
}

void check_closed_form(const Json& json) {
  // Least squares solved in rational arithmetic.
  check_close(json["closed_form"][0], 2.995367190965193, 1e-12);
  check_close(json["closed_form"][1], 2.0028867237579107, 1e-12);
}

/// Fails with `status` and one line that has `text`, and leaves no file in the folder that it runs
/// in.
void check_fails(std::vector<std::string> options, int status, const std::string& text) {
  const deft::TempFolder folder;
  options.insert(options.begin(),
                 {"--plot=" + (folder / "fit.svg"), "--graph=" + (folder / "g.dot")});
  check_failed(regression_program(options), status, "regression", text);
  CHECK(folder.names().empty());
}

}  // namespace

TEST_CASE("the article's data, 100 epochs") {
  // Gradient descent with correctly rounded sums.
  const Json f64 = json_of({"--epochs", "100"}, far);
  check_results(f64, 0.8156051811513352, 0.9166402293206996, 1e-12);
  check_closed_form(f64);
  CHECK(f64["rows"].number == 10'000);
  CHECK(f64["features"].number == 1);
  CHECK(f64["dtype"].text == "f64");
  CHECK(f64["epochs"].number == 100);
  CHECK(f64["threads"].number >= 1);

  const Json f32 = json_of({"--epochs", "100", "--dtype", "f32"}, far);
  check_results(f32, 0.8156051811513352, 0.9166402293206996, 2e-6);
  check_closed_form(f32);
  CHECK(f32["dtype"].text == "f32");
}

#ifdef NDEBUG  // seconds; unoptimised programs take minutes
TEST_CASE("the article's result in f64") {
  const Json json = json_of({});
  check_results(json, 2.959859852416156, 2.0329649630002757, 1e-12);
  check_closed_form(json);
}

TEST_CASE("the article's TensorFlow result in f32") {
  const Json json = json_of({"--dtype", "f32"});
  check_results(json, 2.9598553, 2.032969, 5e-6);
}
#endif

TEST_CASE("certified values of NIST StRD Norris") {
  for (const char* dtype : {"f64", "f32"}) {
    const Json json =
        json_of({"--data", deft::data_path("norris.csv"), "--epochs", "0", "--dtype", dtype});
    CHECK(json["rows"].number == 36);
    CHECK(json["results"].items.empty());
    REQUIRE(json["closed_form"].items.size() == 2);
    check_close(json["closed_form"][0], -0.262323073774029, 5e-13);
    check_close(json["closed_form"][1], 1.00211681802045, 5e-13);
  }
}

TEST_CASE("certified value of NIST StRD NoInt1") {
  const Json json = json_of({"--data", deft::data_path("noint1.csv"), "--target", "y",
                             "--no-intercept", "--epochs", "0"});
  CHECK(json["rows"].number == 11);
  CHECK(json["features"].number == 1);
  REQUIRE(json["closed_form"].items.size() == 1);
  check_close(json["closed_form"][0], 2.07438016528926, 5e-14);
}

TEST_CASE("a polynomial through a file with quotes, CRLF and no final newline") {
  const deft::TempFolder folder;
  const std::string file = folder.add("a.csv", "\"y\",\"x, m\"\r\n1,0\r\n\"6\",1\r\n17,2\r\n34,3");
  const Json json = json_of({"--data", file, "--target", "y", "--degree", "2", "--epochs", "0"});
  CHECK(json["features"].number == 2);
  REQUIRE(json["closed_form"].items.size() == 3);
  check_close(json["closed_form"][0], 1.0, 1e-12);
  check_close(json["closed_form"][1], 2.0, 1e-12);
  check_close(json["closed_form"][2], 3.0, 1e-12);
}

TEST_CASE("columns that depend on each other are warned of, and have numbers all the same") {
  const deft::TempFolder folder;
  const std::string file = folder.add("a.csv", "a,b,y\n1,2,1\n2,4,2\n3,6,3\n4,8,4\n");
  const Json json = json_of({"--data", file, "--no-intercept", "--epochs", "0"},
                            "the closed form drops 1 of 2 directions (the rank is 1, ");
  REQUIRE(json["closed_form"].items.size() == 2);
  check_close(json["closed_form"][0], 0.5, 1e-12);
  check_close(json["closed_form"][1], 0.25, 1e-12);
}

TEST_CASE("standardized columns need no small learning rate") {
  const std::vector<std::string> norris = {
      "--data", deft::data_path("norris.csv"), "--learning-rate", "0.1", "--epochs", "500"};
  check_fails(norris, 1, "scale the data, as --standardize does");
  std::vector<std::string> options = norris;
  options.emplace_back("--standardize");
  const Json json = json_of(options);
  // The certified values of NIST StRD.
  check_results(json, -0.262323073774029, 1.00211681802045, 1e-9);
  check_close(json["closed_form"][0], -0.262323073774029, 1e-11);
  check_close(json["closed_form"][1], 1.00211681802045, 1e-12);
}

TEST_CASE("one gradient, several threads") {
  const Json json =
      json_of({"--rows", "100", "--epochs", "10", "--gradient", "manual", "--threads", "3"}, far);
  CHECK(json["threads"].number == 3);
  const std::size_t count = methods().size() - 2;  // neither symbolic nor reassociated
  REQUIRE(json["results"].items.size() == count);
  CHECK(json["results"][count - 1]["name"].text == "graph_manual");
}

TEST_CASE("the number of threads changes no digit") {
  const std::size_t count = methods().size();
  std::vector<std::string> digits;
  for (const char* threads : {"1", "2", "5"}) {
    const Json json = json_of({"--epochs", "20", "--threads", threads}, far);
    for (std::size_t i = 0; i < count; ++i) digits.push_back(json["results"][i]["w"][0].text);
  }
  for (std::size_t i = count; i < digits.size(); ++i) CHECK(digits[i] == digits[i - count]);
}

TEST_CASE("the table") {
  const Outcome outcome = regression_program({"--rows", "100", "--epochs", "10"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.starts_with(std::string("regression: warning: ") + far));
  for (const char* part :
       {"closed form", "plain loop", "graph tensorflow", "graph manual", "graph symbolic",
        "reassociated", "intercept", "mse", "seconds", "speed, plain loop = 1"}) {
    CAPTURE(part);
    CHECK(outcome.out.find(part) != std::string::npos);
  }
}

TEST_CASE("the article's TensorFlow program is left out where the data do not fit it") {
  const Json json = json_of({"--rows", "100", "--epochs", "10", "--degree", "2"}, far);
  const Json& results = json["results"];
  REQUIRE(results.items.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(results[i]["name"].text != "graph_tensorflow");
}

TEST_CASE("the program runs from any folder") {
  const deft::TempFolder folder;
  const std::string command =
      "cd \"$1\" && exec \"$0\" --rows 10 --epochs 500 --learning-rate 0.3 --json";
  const Outcome outcome = run({"bash", "-c", command, REGRESSION_PROGRAM, folder / ""});
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(JsonReader(outcome.out).whole()["results"].items.size() == methods().size());
}

TEST_CASE("the help text") {
  const Outcome outcome = regression_program({"--help"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find("usage: regression [options]") != std::string::npos);
}

TEST_CASE("bad options") {
  check_fails({"--bogus"}, 2, "\"--bogus\" is not an option");
  check_fails({"surplus"}, 2, "\"surplus\" is not an option");
  check_fails({"--rows"}, 2, "--rows needs a value");
  check_fails({"--rows", "-5"}, 2, "--rows: \"-5\"");
  check_fails({"--rows", "1"}, 2, "--rows: \"1\"");
  check_fails({"--rows", "10", "--rows", "20"}, 2, "--rows is given twice");
  check_fails({"--rows", "10x"}, 2, "--rows: \"10x\"");
  check_fails({"--rows", "99999999999999999999"}, 2, "--rows: \"99999999999999999999\"");
  check_fails({"--epochs", "-1"}, 2, "--epochs: \"-1\"");
  check_fails({"--learning-rate", "nan"}, 2, "--learning-rate: \"nan\"");
  check_fails({"--learning-rate", "1e999"}, 2, "--learning-rate: \"1e999\"");
  check_fails({"--dtype", "f32", "--learning-rate", "1e300"}, 2, "1e+300");
  check_fails({"--threads", "-1"}, 2, "--threads: \"-1\"");
  check_fails({"--dtype", "int"}, 2, "--dtype: \"int\"");
  check_fails({"--gradient", ""}, 2, "--gradient needs a value");
  check_fails({"--degree", "2", "--rows", "2"}, 2, "too few rows");
  check_fails({"--standardize", "--no-intercept"}, 2, "leave out --no-intercept");
  check_fails({"--bad\noption\x1b[2J"}, 2, "\"--bad?option?[2J\"");
}

TEST_CASE("bad data") {
  const deft::TempFolder folder;
  const auto check_data = [&](const std::string& content, const std::string& text) {
    check_fails({"--data", folder.add("a.csv", content), "--target", "y"}, 2, text);
  };
  check_fails({"--data", folder / "none.csv"}, 2, "none.csv: No such file or directory");
  check_fails({"--data", folder / ""}, 2, "Is a directory");
  check_data("", "is empty");
  check_data("1,2\n3,4\n", "must name the columns");
  check_data("x,y\n1,2\n3,four\n", "line 3, column 2: \"four\" is not a number");
  check_data("x,y\n1,2\nnan,4\n", "row 2 of \"x\" is not finite");
  check_data("x,y\n1,2\n3,inf\n", "row 2 of \"y\" is not finite");
  check_data("x,y\n1,2\n3\n", "line 3: it has 1 cells, but line 1 has 2");
  check_data("x,z\n1,2\n3,4\n", "no column \"y\"; it has \"x\", \"z\"");
  check_data("x,y\n1,2\n", "too few rows");
  check_data("y\n1\n2\n", "only the column");
  check_data("x,y\n\"1\n", "no closing quote");
  check_data("x\ty\n1\t2\n", "too few rows");
  check_data("x,y\n1,1e200\n2,-1e200\n3,1e200\n", "not finite");
}

TEST_CASE("a learning rate that diverges") {
  check_fails({"--learning-rate", "0.5", "--rows", "100"}, 1, "diverges at the learning rate 0.5");
  check_fails({"--learning-rate", "1e300", "--rows", "100", "--epochs", "5"}, 1,
              "diverges at the learning rate 1e+300");
  check_fails({"--data", deft::data_path("norris.csv")}, 1, "it converges up to 3.");
}

}  // namespace examples::regression
