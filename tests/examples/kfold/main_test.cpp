// Runs the program as a user does.

#include <algorithm>

#include <doctest/doctest.h>

#include "examples/json.hpp"
#include "examples/program.hpp"
#include "examples/xml.hpp"
#include "support/temp_folder.hpp"
#include "support/trace.hpp"

namespace examples {
namespace {

Outcome kfold_program(std::vector<std::string> options, const std::string& out_path = {}) {
  options.insert(options.begin(), KFOLD_PROGRAM);
  return run(options, out_path);
}

/// Options for a run that takes no time, and more.
std::vector<std::string> small(const std::vector<std::string>& more = {}) {
  std::vector<std::string> options{"--rows", "60", "--features", "30"};
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

Json json_of(std::vector<std::string> options) {
  options.emplace_back("--json");
  const Outcome outcome = kfold_program(options);
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  return JsonReader(outcome.out).whole();
}

/// Fails with `status` and one line that has `text`, and leaves no file in the folder that it runs
/// in.
void check_fails(std::vector<std::string> options, int status, const std::string& text) {
  const deft::TempFolder folder;
  options.insert(options.begin(), "--svg=" + (folder / "errors.svg"));
  check_failed(kfold_program(options), status, "kfold", text);
  CHECK(folder.names().empty());
}

}  // namespace

TEST_CASE("the penalty that is chosen has the least validation error, and lies inside the grid") {
  const Json json = json_of(small());
  CHECK(json["models"].number == 55);
  CHECK(json["largest_difference"].number < 1e-6);
  REQUIRE(json["results"].items.size() == 11);
  const double chosen = json["chosen_penalty"].number;
  CHECK(chosen > json["results"][0]["penalty"].number);
  CHECK(chosen < json["results"][10]["penalty"].number);
  for (const char* error : {"validation_mse", "closed_form_validation_mse"}) {
    const Json* best = &json["results"][0];
    for (const Json& result : json["results"].items) {
      if (result[error].number < (*best)[error].number) best = &result;
    }
    CHECK((*best)["penalty"].number == chosen);
  }
}

#ifdef NDEBUG  // unoptimised programs take many seconds
TEST_CASE("without options") {
  const Json json = json_of({});
  CHECK(json["rows"].number == 400);
  CHECK(json["features"].number == 200);
  CHECK(json["chosen_penalty"].number == 1);
  CHECK(json["largest_difference"].number < 1e-9);
}
#endif

TEST_CASE("the options say how many models there are") {
  const Json json = json_of({"--rows", "9", "--features", "2", "--folds", "9", "--penalties",
                             "3,0.5", "--threads", "3", "--steps", "2000"});
  CHECK(json["rows"].number == 9);
  CHECK(json["features"].number == 2);
  CHECK(json["folds"].number == 9);
  CHECK(json["models"].number == 18);
  CHECK(json["steps"].number == 2000);
  CHECK(json["threads"].number == 3);
  CHECK(json["results"][0]["penalty"].number == 0.5);
  CHECK(json["results"][1]["penalty"].number == 3);
}

TEST_CASE("the number of threads changes no digit, the seed does") {
  const auto digits = [](const std::vector<std::string>& options) {
    const Json json = json_of(small(options));
    REQUIRE(json["results"].items.size() == 11);
    std::string text;
    for (const Json& result : json["results"].items) {
      text += result["validation_mse"].text + " ";
    }
    return text;
  };
  const std::string expected = digits({"--threads", "1"});
  for (const char* threads : {"2", "5"}) CHECK(digits({"--threads", threads}) == expected);
  CHECK(digits({"--seed", "2"}) != expected);
}

TEST_CASE("data of a file, whose target is far from zero") {
  // NIST StRD Norris: on the line y = -0.262323073774029 + 1.00211681802045 x but for errors whose
  // mean square is 0.73941 (a residual deviation of 0.884796396144373 with 34 degrees of freedom).
  const Json json = json_of(
      {"--data", deft::data_path("norris.csv"), "--target", "y", "--penalties", "1e-9,1e-8,1"});
  CHECK(json["rows"].number == 36);
  CHECK(json["features"].number == 1);
  CHECK(json["results"][0]["training_mse"].number == doctest::Approx(0.73941).epsilon(0.05));
  CHECK(json["results"][2]["training_mse"].number > 1000);
}

TEST_CASE("the table and the drawing") {
  const deft::TempFolder folder;
  for (int time = 0; time < 2; ++time) {  // the second replaces the file
    const Outcome outcome = kfold_program(small({"--svg", folder / "errors.svg"}));
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    for (const char* part : {"60 rows, 30 features, 5 folds x 11 penalties = 55 models", "penalty",
                             "validation mse", "standard error", "training mse", "\nchosen "}) {
      CAPTURE(part);
      CHECK(outcome.out.find(part) != std::string::npos);
    }
    CHECK(folder.names() == std::set<std::string>{"errors.svg"});
    CHECK(is_well_formed(folder.read("errors.svg")));
  }
}

TEST_CASE("kfold warns of features that its closed form cannot tell apart") {
  const deft::TempFolder folder;
  const std::string file =
      folder.add("a.csv", "a,b,y\n1,2,1\n2,4,3\n3,6,2\n4,8,5\n5,10,6\n6,12,5\n");
  const Outcome outcome =
      kfold_program({"--data", file, "--folds", "2", "--penalties", "1e-30,0.1"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("chosen") != std::string::npos);
  CHECK(
      outcome.err.starts_with("kfold: warning: for the penalty 1e-30 the closed form drops 1 of 2 "
                              "directions (the rank is 1, "));
  CHECK(outcome.err.find("\"a\", \"b\"") != std::string::npos);
}

TEST_CASE("kfold keeps the file that it reads") {
  const deft::TempFolder folder;
  const std::string file = folder.add("a.csv", "a,y\n1,2\n2,3\n3,5\n");
  const Outcome outcome = kfold_program({"--svg", folder / "./a.csv", "--data", file});
  CHECK(outcome.status == 2);
  CHECK(outcome.err.starts_with("kfold: --data and --svg name the same file, "));
  CHECK(folder.read("a.csv") == "a,y\n1,2\n2,3\n3,5\n");
}

TEST_CASE("the help text of kfold") {
  const Outcome outcome = kfold_program({"--help"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find("usage: kfold [options]") != std::string::npos);
}

TEST_CASE("bad options and data of kfold") {
  check_fails({"--bogus"}, 2, "\"--bogus\" is not an option");
  check_fails({"--folds", "1"}, 2, "--folds: \"1\"");
  check_fails({"--penalties", "1,x"}, 2, "--penalties: \"x\" is not a number");
  check_fails({"--rows", "3"}, 2, "5 folds need as many rows; there are 3");
  check_fails({"--threads", "0"}, 2, "--threads: \"0\"");

  const deft::TempFolder folder;
  const auto check_data = [&](const std::string& content, const std::string& text) {
    check_fails({"--data", folder.add("a.csv", content), "--folds", "2"}, 2, text);
  };
  check_fails({"--data", folder / "none.csv"}, 2, "none.csv: No such file or directory");
  check_data("x,y\n1,2\n3,four\n", "line 3, column 2: \"four\" is not a number");
  check_data("x,y\n1,2\n3,2\n", "has the same value in every row");
  check_data("x,y\n1.7e308,1\n-1.7e308,2\n1,3\n5,5\n", "scale the data");
  check_data("x;y\n1;2\n", "2 folds need as many rows; there are 1");
  check_data("x,y\n1,1e200\n2,-1e200\n3,1e200\n", "the closed form is not finite");
}

TEST_CASE("training that does not arrive") {
  check_fails(small({"--steps", "2"}), 1, "differs from the closed form");
  check_fails(small({"--learning-rate", "1"}), 1, "diverges at the learning rate 1;");
  check_fails(small({"--learning-rate", "1e300"}), 1, "diverges at the learning rate 1e+300;");
}

TEST_CASE("what kfold cannot write") {
  const deft::TempFolder folder;
  check_failed(kfold_program(small({"--svg", folder / "none/a"})), 2, "kfold",
               "No such file or directory");
  const Outcome full = kfold_program(small(), "/dev/full");
  CHECK(full.status == 2);
  CHECK(full.err == "kfold: cannot write to the standard output: No space left on device\n");
}

/// True if an operation of one thread runs while one of another thread does.
bool two_threads_overlap(const deft::Trace& trace) {
  for (const deft::Trace::Slice& a : trace.slices) {
    for (const deft::Trace::Slice& b : trace.slices) {
      const bool operations = a.category != "run" && b.category != "run";
      if (operations && a.thread != b.thread && a.begin < b.end && b.begin < a.end) return true;
    }
  }
  return false;
}

TEST_CASE("the trace of the training nests, and shows two threads at work at once") {
  const deft::TempFolder folder;
  const std::string path = folder / "trace.json";
  // Large enough that a thread pays. Where others take the cores, it may come too late all the
  // same.
  constexpr int attempts = 20;
  bool overlapped = false;
  for (int i = 0; i < attempts && !overlapped; ++i) {
    const Outcome outcome =
        kfold_program({"--rows", "4000", "--features", "200", "--folds", "2", "--penalties",
                       "0.1,1,10,100", "--steps", "100", "--threads", "2", "--trace", path});
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    const deft::Trace trace(folder.read("trace.json"));
    CHECK(trace.named("run").size() == 1);
    const auto passes = std::ranges::count(trace.slices, "fused", &deft::Trace::Slice::category);
    CHECK(passes >= 20 * 2);  // steps, folds: all models of a fold go over its rows in one
    CHECK(trace.threads.size() <= 2);
    check_nesting(trace);
    check_arrows(trace);
    overlapped = two_threads_overlap(trace);
  }
  CHECK(overlapped);
}

}  // namespace examples
