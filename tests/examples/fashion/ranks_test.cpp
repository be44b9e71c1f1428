// Several processes train together, as a user starts them.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "examples/json.hpp"
#include "examples/program.hpp"
#include "sample.hpp"

namespace examples {
namespace {

using fashion::add_dataset;
using fashion::sample_dataset;

/// What `ranks` processes, which LAUNCHER starts, come to: rank 0 alone prints.
Outcome launched(int ranks, const std::vector<std::string>& options) {
  std::vector<std::string> command{
      LAUNCHER, std::to_string(ranks), FASHION_PROGRAM, "--ranks", "env", "--threads", "1"};
  command.insert(command.end(), options.begin(), options.end());
  return run(command);
}

/// What a training has come to.
struct Losses {
  double train = 0;
  double test = 0;
  friend bool operator==(const Losses&, const Losses&) = default;
};

Losses losses(const Outcome& outcome) {
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  const Json json = JsonReader(outcome.out).whole();
  return {json["train_loss"].number, json["test_loss"].number};
}

}  // namespace

TEST_CASE("ranks learn together and the first one tells") {
  const deft::TempFolder folder;
  const std::vector<std::string> options{"--data", add_dataset(folder, sample_dataset()),
                                         "--epochs", "3", "--json"};
  const Outcome outcome = launched(2, options);
  CHECK(outcome.err.empty());
  const Losses right = losses(outcome);
  CHECK(right.train < 2.3);  // that of a guess
  CHECK(losses(launched(2, options)) == right);
}

TEST_CASE("ranks that are resumed end in the same losses") {
  const deft::TempFolder folder;
  const std::vector<std::string> options{"--data", add_dataset(folder, sample_dataset()),
                                         "--epochs", "3", "--json"};
  const Losses right = losses(launched(2, options));
  std::vector<std::string> kept = options;
  kept.insert(kept.end(), {"--checkpoint", folder / "kept"});
  CHECK(losses(launched(2, kept)) == right);
  std::vector<std::string> resumed = kept;
  resumed.emplace_back("--resume");
  CHECK(losses(launched(2, resumed)).test == right.test);
  const Outcome refused = launched(2, kept);
  CHECK(refused.status == 2);
  CHECK(refused.err.find("has checkpoints of an earlier run") != std::string::npos);
}

TEST_CASE("with shards, any number of ranks ends in the same losses, also one that goes on") {
  const deft::TempFolder folder;
  const std::vector<std::string> options{
      "--data", add_dataset(folder, sample_dataset()), "--epochs", "3", "--shards", "16", "--json"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = options;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Losses right = losses(launched(1, options));
  const std::string kept = folder / "kept";
  CHECK(losses(launched(4, with({"--checkpoint", kept}))) == right);
  // As if the four had ended after the first epoch.
  std::vector<std::filesystem::path> epochs(std::filesystem::directory_iterator(kept), {});
  REQUIRE(epochs.size() == 3);
  std::ranges::sort(epochs);
  std::filesystem::remove(epochs[1]);
  std::filesystem::remove(epochs[2]);
  CHECK(losses(launched(2, with({"--checkpoint", kept, "--resume"}))) == right);
}

TEST_CASE("options of several ranks") {
  check_failed(run({FASHION_PROGRAM, "--ranks", "four"}), 2, "fashion", "is not env");
  check_failed(run({FASHION_PROGRAM, "--rejoin"}), 2, "fashion", "give --ranks env too");
  check_failed(run({FASHION_PROGRAM, "--shards", "12"}), 2, "fashion", "is no power of two");
}

}  // namespace examples
