#include "fashion/training.hpp"

#include <filesystem>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "caught.hpp"
#include "common/errors.hpp"
#include "sample.hpp"

namespace examples::fashion {
namespace {

/// The newest checkpoint that a training leaves.
std::string checkpoint_of(Options options, const Dataset& data) {
  const deft::TempFolder folder;
  options.checkpoint = folder / "kept";
  train(data, options);
  const auto names = [&] {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(options.checkpoint)) {
      found.insert(entry.path().string());
    }
    return found;
  }();
  REQUIRE(!names.empty());
  return deft::bytes_of_file(*names.rbegin());
}

void check_same(const Report& a, const Report& b) {
  REQUIRE(a.epochs.size() == b.epochs.size());
  for (std::size_t i = 0; i < a.epochs.size(); ++i) {
    CHECK(a.epochs[i].train_loss == b.epochs[i].train_loss);
    CHECK(a.epochs[i].train_accuracy == b.epochs[i].train_accuracy);
    CHECK(a.epochs[i].test_loss == b.epochs[i].test_loss);
    CHECK(a.epochs[i].test_accuracy == b.epochs[i].test_accuracy);
  }
  CHECK(a.test.loss == b.test.loss);
  CHECK(a.test.confusion == b.test.confusion);
}

}  // namespace

TEST_CASE("both networks learn pictures that are easy to tell apart") {
  const Dataset data = sample_dataset();
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::cnn}) {
    Options options = sample_options(kind);
    options.epochs = 12;
    const Report report = train(data, options);
    REQUIRE(report.epochs.size() == 12);
    CHECK(report.epochs.back().train_loss < 0.5 * report.epochs.front().train_loss);
    CHECK(report.test.accuracy > 0.9);
    CHECK(report.test.loss == report.epochs.back().test_loss);
    CHECK(report.threads == 1);
  }
}

TEST_CASE("the bits of a training are those of its seed, for any number of threads") {
  const Dataset data = sample_dataset();
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::cnn}) {
    Options options = sample_options(kind);
    options.epochs = 1;
    const std::string expected = checkpoint_of(options, data);
    for (const int threads : {2, 3, 4, 8}) {
      options.threads = threads;
      CHECK(checkpoint_of(options, data) == expected);
    }
    options.seed = 2;
    CHECK(checkpoint_of(options, data) != expected);
  }
}

TEST_CASE("a training that is resumed ends as one that was not interrupted") {
  const Dataset data = sample_dataset();
  const Options options = sample_options();
  const Report expected = train(data, options);

  const deft::TempFolder folder;
  Options kept = options;
  kept.checkpoint = folder / "kept";
  kept.resume = true;  // from nothing
  check_same(train(data, kept), expected);

  // As after the second of three epochs.
  std::filesystem::remove(folder / "kept/step-000000012.safetensors");
  const Report resumed = train(data, kept);
  CHECK(resumed.resumed_after == 2);
  check_same(resumed, expected);

  // After the last there is nothing left to do.
  const Report over = train(data, kept);
  CHECK(over.resumed_after == 3);
  check_same(over, expected);
}

TEST_CASE("checkpoints of another training are refused before anything is trained") {
  const Dataset data = sample_dataset();
  const deft::TempFolder folder;
  Options first = sample_options();
  first.epochs = 1;
  first.checkpoint = folder / "kept";
  train(data, first);
  const std::string path = folder / "kept/step-000000004.safetensors";
  const std::string before = deft::bytes_of_file(path);

  const auto refused = [&](const Options& options) -> std::string {
    return deft::caught<UserError>([&] { train(data, options); }).what();
  };
  CHECK(refused(first).find("has checkpoints of an earlier run; go on from them with --resume") !=
        std::string::npos);
  Options resumed = first;
  resumed.resume = true;
  Options other = resumed;
  other.seed = 5;
  CHECK(refused(other).find("has the seed 1 and not 5; give it the same options") !=
        std::string::npos);
  other = resumed;
  other.epochs = 2;  // under which the rate would have been another
  CHECK(refused(other).find("has the epochs 1 and not 2") != std::string::npos);
  other = resumed;
  other.model = ModelKind::cnn;
  CHECK(refused(other).find("has the model mlp and not cnn") != std::string::npos);
  CHECK_NOTHROW(train(data, resumed));
  CHECK(deft::bytes_of_file(path) == before);
}

}  // namespace examples::fashion
