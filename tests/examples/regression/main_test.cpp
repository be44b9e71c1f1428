// Runs the program as a user does.

#include <stdlib.h>

#include <doctest/doctest.h>

#include <cmath>

#include "examples/json.hpp"
#include "examples/program.hpp"

namespace examples::regression {
namespace {

Outcome regression_program(std::vector<std::string> options, const std::string& out_path = {}) {
  options.insert(options.begin(), REGRESSION_PROGRAM);
  return run(options, out_path);
}

Json json_of(std::vector<std::string> options) {
  options.emplace_back("--json");
  const Outcome outcome = regression_program(options);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  return JsonReader(outcome.out).whole();
}

/// |value / expected - 1| <= tolerance
void check_close(const Json& value, double expected, double tolerance) {
  CAPTURE(value.text);
  CAPTURE(expected);
  CHECK(std::fabs(value.number / expected - 1.0) <= tolerance);
}

void check_results(const Json& json, double w0, double w1, double tolerance) {
  const std::vector<std::string> names{"plain_loop", "graph_manual", "graph_symbolic",
                                       "reassociated"};
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
  const TempFolder folder;
  options.insert(options.begin(),
                 {"--plot=" + (folder / "fit.svg"), "--graph=" + (folder / "g.dot")});
  const Outcome outcome = regression_program(options);
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  CAPTURE(text);
  CHECK(outcome.status == status);
  CHECK(outcome.is_one_line_of_error());
  CHECK(outcome.err.starts_with("regression: "));
  CHECK(outcome.err.find(text) != std::string::npos);
  CHECK(folder.names().empty());
}

}  // namespace

TEST_CASE("the article's data, 100 epochs") {
  // Gradient descent with correctly rounded sums.
  const Json f64 = json_of({"--epochs", "100"});
  check_results(f64, 0.8156051811513352, 0.9166402293206996, 1e-12);
  check_closed_form(f64);
  CHECK(f64["rows"].number == 10'000);
  CHECK(f64["features"].number == 1);
  CHECK(f64["dtype"].text == "f64");
  CHECK(f64["epochs"].number == 100);
  CHECK(f64["threads"].number >= 1);

  const Json f32 = json_of({"--epochs", "100", "--dtype", "f32"});
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
        json_of({"--data", test_data("norris.csv"), "--epochs", "0", "--dtype", dtype});
    CHECK(json["rows"].number == 36);
    CHECK(json["results"].items.empty());
    REQUIRE(json["closed_form"].items.size() == 2);
    check_close(json["closed_form"][0], -0.262323073774029, 5e-13);
    check_close(json["closed_form"][1], 1.00211681802045, 5e-13);
  }
}

TEST_CASE("certified value of NIST StRD NoInt1") {
  const Json json = json_of(
      {"--data", test_data("noint1.csv"), "--target", "y", "--no-intercept", "--epochs", "0"});
  CHECK(json["rows"].number == 11);
  CHECK(json["features"].number == 1);
  REQUIRE(json["closed_form"].items.size() == 1);
  check_close(json["closed_form"][0], 2.07438016528926, 5e-14);
}

TEST_CASE("a polynomial through a file with quotes, CRLF and no final newline") {
  const TempFolder folder;
  const std::string file = folder.add("a.csv", "\"y\",\"x, m\"\r\n1,0\r\n\"6\",1\r\n17,2\r\n34,3");
  const Json json = json_of({"--data", file, "--target", "y", "--degree", "2", "--epochs", "0"});
  CHECK(json["features"].number == 2);
  REQUIRE(json["closed_form"].items.size() == 3);
  check_close(json["closed_form"][0], 1.0, 1e-12);
  check_close(json["closed_form"][1], 2.0, 1e-12);
  check_close(json["closed_form"][2], 3.0, 1e-12);
}

TEST_CASE("one gradient, several threads") {
  const Json json =
      json_of({"--rows", "100", "--epochs", "10", "--gradient", "manual", "--threads", "3"});
  CHECK(json["threads"].number == 3);
  REQUIRE(json["results"].items.size() == 2);
  CHECK(json["results"][1]["name"].text == "graph_manual");
}

TEST_CASE("the number of threads changes no digit") {
  std::vector<std::string> digits;
  for (const char* threads : {"1", "2", "5"}) {
    const Json json = json_of({"--epochs", "20", "--threads", threads});
    for (std::size_t i = 0; i < 4; ++i) digits.push_back(json["results"][i]["w"][0].text);
  }
  for (std::size_t i = 4; i < digits.size(); ++i) CHECK(digits[i] == digits[i - 4]);
}

TEST_CASE("the table") {
  const Outcome outcome = regression_program({"--rows", "100", "--epochs", "10"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  for (const char* part :
       {"closed form", "plain loop", "graph manual", "graph symbolic", "reassociated", "intercept",
        "mse", "seconds", "speed, plain loop = 1"}) {
    CAPTURE(part);
    CHECK(outcome.out.find(part) != std::string::npos);
  }
}

TEST_CASE("the help text") {
  const Outcome outcome = regression_program({"--help"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find("usage: regression [options]") != std::string::npos);
}

TEST_CASE("plot and graph are written, and replaced") {
  const TempFolder folder;
  for (const char* epochs : {"10", "0"}) {
    const Outcome outcome = regression_program({"--rows", "50", "--epochs", epochs, "--plot",
                                                folder / "fit.svg", "--graph", folder / "g.dot"});
    CHECK(outcome.status == 0);
    CHECK(folder.names() == std::set<std::string>{"fit.svg", "g.dot"});
    CHECK(folder.read("fit.svg").starts_with("<svg "));
    CHECK(folder.read("fit.svg").ends_with("</svg>\n"));
    CHECK(folder.read("g.dot").find("digraph") != std::string::npos);
  }
  CHECK(folder.read("g.dot").find("lstsq") != std::string::npos);
}

TEST_CASE("bad options") {
  check_fails({"--bogus"}, 2, "\"--bogus\" is not an option");
  check_fails({"surplus"}, 2, "\"surplus\" is not an option");
  check_fails({"--rows"}, 2, "--rows needs a value");
  check_fails({"--rows", "-5"}, 2, "--rows: \"-5\"");
  check_fails({"--rows", "1"}, 2, "--rows: \"1\"");
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
  check_fails({"--bad\noption\x1b[2J"}, 2, "\"--bad?option?[2J\"");
}

TEST_CASE("bad data") {
  const TempFolder folder;
  const auto check_data = [&](const std::string& content, const std::string& text) {
    check_fails({"--data", folder.add("a.csv", content), "--target", "y"}, 2, text);
  };
  check_fails({"--data", folder / "none.csv"}, 2, "none.csv: No such file or directory");
  check_fails({"--data", folder / ""}, 2, "Is a directory");
  check_data("", "is empty");
  check_data("1,2\n3,4\n", "must name the columns");
  check_data("x,y\n1,2\n3,four\n", "line 3, column 2: \"four\" is not a number");
  check_data("x,y\n1,2\nnan,4\n", "line 3, column 1: \"nan\" is not finite");
  check_data("x,y\n1,2\n3,inf\n", "line 3, column 2: \"inf\" is not finite");
  check_data("x,y\n1,2\n3\n", "line 3, column 2: found 1 cells");
  check_data("x,z\n1,2\n3,4\n", "no column \"y\"; it has \"x\", \"z\"");
  check_data("x,y\n1,2\n", "too few rows");
  check_data("y\n1\n2\n", "only the column");
  check_data("x,y\n\"1\n", "no closing quote");
  check_data("x,y\n1,1e200\n2,-1e200\n3,1e200\n", "not finite");
}

TEST_CASE("a learning rate that diverges") {
  check_fails({"--learning-rate", "0.5", "--rows", "100"}, 1, "diverges at the learning rate 0.5");
  check_fails({"--learning-rate", "1e300", "--rows", "100", "--epochs", "5"}, 1,
              "diverges at the learning rate 1e+300");
  check_fails({"--data", test_data("norris.csv")}, 1, "it converges up to 3.");
}

TEST_CASE("files that cannot be written") {
  const TempFolder folder;
  folder.add("file", "old");
  const auto check_path = [&](const std::string& option, const std::string& path,
                              const std::string& text) {
    const Outcome outcome = regression_program({"--rows", "10", "--epochs", "1", option, path});
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(outcome.is_one_line_of_error());
    CHECK(outcome.err.find(text) != std::string::npos);
  };
  for (const char* option : {"--plot", "--graph"}) {
    check_path(option, folder / "none/a", "No such file or directory");
    check_path(option, folder / "file/a", "Not a directory");
    check_path(option, folder / "", "Is a directory");
    check_path(option, "/dev/full", "No space left on device");
  }
  CHECK(folder.names() == std::set<std::string>{"file"});
  CHECK(folder.read("file") == "old");
}

TEST_CASE("a file size limit leaves the old file as it was") {
  const TempFolder folder;
  folder.add("fit.svg", "old");
  const std::string command =
      "trap '' XFSZ; ulimit -f 1; exec \"$0\" --rows 1000 --epochs 1 --plot \"$1\"";
  const Outcome outcome = run({"bash", "-c", command, REGRESSION_PROGRAM, folder / "fit.svg"});
  CHECK(outcome.status == 2);
  CHECK(outcome.is_one_line_of_error());
  CHECK(outcome.err.find("File too large") != std::string::npos);
  CHECK(folder.names() == std::set<std::string>{"fit.svg"});
  CHECK(folder.read("fit.svg") == "old");
}

TEST_CASE("a standard output that cannot be written") {
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--rows", "10", "--epochs", "1"},
        {"--json", "--epochs", "0"},
        {"--help"}}) {
    const Outcome outcome = regression_program(options, "/dev/full");
    CHECK(outcome.status == 2);
    CHECK(outcome.err ==
          "regression: cannot write to the standard output: No space left on device\n");
  }
}

TEST_CASE("a progress bar on a terminal") {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  const std::string name = ::ptsname(terminal);
  const std::string command = "exec \"$0\" --rows 10 --epochs 20 --json 2> \"$1\"";
  const Outcome outcome = run({"bash", "-c", command, REGRESSION_PROGRAM, name});
  CHECK(outcome.status == 0);
  CHECK(JsonReader(outcome.out).whole()["results"].items.size() == 4);
  std::string shown(10'000, ' ');
  shown.resize(
      static_cast<std::size_t>(std::max<ssize_t>(0, ::read(terminal, shown.data(), shown.size()))));
  ::close(terminal);
  CAPTURE(shown);
  for (const char* part :
       {"\rplain loop  [", "\rgraph_manual  [", "\rgraph_symbolic  [", "s left"}) {
    CHECK(shown.find(part) != std::string::npos);
  }
  CHECK(shown.ends_with("\r\x1b[K"));
}

}  // namespace examples::regression
