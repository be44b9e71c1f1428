#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/runtime/checkpoints.hpp>

#include "caught.hpp"
#include "runtime/session/stepped_model.hpp"
#include "support/temp_folder.hpp"

// The best one that Checkpoints keep.

namespace deft {
namespace {

/// The metric of the best one that a training leaves, and its step; it saves metrics at steps 1, 2,
/// and so on, with a new Checkpoints for each if `anew`.
std::pair<double, std::int64_t> best_of(const std::vector<double>& metrics, Better better,
                                        bool anew) {
  const TempFolder folder;
  SteppedModel model;
  std::optional<Checkpoints> checkpoints;
  std::int64_t step = 0;
  for (const double metric : metrics) {
    if (anew || !checkpoints)
      checkpoints.emplace(model.graph, folder / "", CheckpointsOptions{.keep = 1, .best = better});
    model.go_to(++step);
    checkpoints->save(model.session, {.metric = metric});
  }
  const std::optional<Restored> restored = checkpoints->restore_best(model.session);
  if (!restored) return {0, -1};
  return {std::stod(restored->metadata.at("metric")), model.at()};
}

TEST_CASE("the best one stays, also when a training is resumed") {
  using Best = std::pair<double, std::int64_t>;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double third = 0.1 + 0.2;  // 0.30000000000000004
  for (const bool anew : {false, true}) {
    CAPTURE(anew);
    CHECK(best_of({0.5, third, 0.4, third, nan}, Better::lower, anew) == Best{third, 2});
    CHECK(best_of({third, std::nextafter(third, 0.0), third}, Better::lower, anew) ==
          Best{std::nextafter(third, 0.0), 2});
    CHECK(best_of({-2, -1e-300, -3}, Better::higher, anew) == Best{-1e-300, 2});
    CHECK(best_of({nan, -infinity, infinity, 7}, Better::lower, anew) == Best{7, 4});
    CHECK(best_of({nan, -infinity, infinity}, Better::higher, anew) == Best{0, -1});
  }
}

TEST_CASE("a save without a metric leaves the best one") {
  const TempFolder folder;
  SteppedModel model;
  Checkpoints checkpoints(model.graph, folder / "", {.keep = 1, .best = Better::lower});
  model.go_to(1);
  checkpoints.save(model.session, {.metric = 2});
  model.go_to(2);
  checkpoints.save(model.session);
  CHECK(folder.names() == std::set<std::string>{"best.safetensors", "step-000000002.safetensors"});
  CHECK(checkpoints.restore_best(model.session)->metadata.at("metric") == "2");
  CHECK(model.at() == 1);
}

TEST_CASE("after the best one is deleted the next metric is the best one") {
  const TempFolder folder;
  SteppedModel model;
  Checkpoints checkpoints(model.graph, folder / "", {.best = Better::lower});
  model.go_to(1);
  checkpoints.save(model.session, {.metric = 1});
  std::filesystem::remove(folder / "best.safetensors");
  model.go_to(2);
  checkpoints.save(model.session, {.metric = 2});
  CHECK(checkpoints.restore_best(model.session)->metadata.at("metric") == "2");
}

TEST_CASE("the texts of the latest one are read without its variables") {
  const TempFolder folder;
  SteppedModel model;
  Checkpoints checkpoints(model.graph, folder / "");
  CHECK(!checkpoints.latest_metadata());
  for (const char* seed : {"1", "2"}) {
    model.go_to(model.at() + 1);
    checkpoints.save(model.session, {.metadata = {{"seed", seed}}});
  }
  model.go_to(7);
  CHECK(checkpoints.latest_metadata() == std::map<std::string, std::string>{{"seed", "2"}});
  CHECK(model.at() == 7);
  folder.add("step-000000002.safetensors", "text");
  CHECK(caught<FileError>([&] { checkpoints.latest_metadata(); })
            .info()
            .cure.ends_with("or delete it: then '" + (folder / "step-000000001.safetensors") +
                            "' is the latest one"));
}

TEST_CASE("a file named best that is not of these checkpoints is not replaced") {
  const TempFolder folder;
  SteppedModel model;
  const std::string path = folder / "best.safetensors";
  const auto refused = [&](Better better) {
    return caught<FileError>([&] { Checkpoints(model.graph, folder / "", {.best = better}); })
        .info();
  };
  folder.add("best.safetensors", "text");
  CHECK(refused(Better::lower).code == ErrorCode::file_format);
  CHECK(
      refused(Better::lower).cure.ends_with("or delete it: then the next metric is the best one"));
  Checkpoints ignoring(model.graph, folder / "");
  CHECK(caught<FileError>([&] { ignoring.restore_best(model.session); })
            .info()
            .cure.ends_with("or delete it: then the next metric is the best one"));
  for (const char* text : {"", "nan", "inf", "0.5x", "1e999"}) {
    CAPTURE(text);
    save(model.session, path, {.metadata = {{"metric", text}, {"better", "lower"}}});
    CHECK(refused(Better::lower).message ==
          "'" + path + "' has no finite metric in its metadata, but '" + text + "'");
  }
  save(model.session, path, {.metadata = {{"metric", "0.5"}, {"better", "lower"}}});
  CHECK(refused(Better::higher).message ==
        "'" + path +
            "' is the best one of those of which the lower metric is better, but "
            "CheckpointsOptions::best says higher");
  CHECK(refused(Better::higher).cure ==
        "keep to one of them, move the file away, or use another folder");
}

}  // namespace
}  // namespace deft
