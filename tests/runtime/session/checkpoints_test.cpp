#include <deft/runtime/checkpoints.hpp>

#include <filesystem>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "runtime/session/noisy_model.hpp"
#include "runtime/session/stepped_model.hpp"
#include "support/on_threads.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

using Files = std::set<std::string>;
using Metadata = std::map<std::string, std::string>;

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::vector<std::string> names_of(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  names.reserve(paths.size());
  for (const std::string& path : paths) names.push_back(name_of(path));
  return names;
}

TEST_CASE("a training goes on where its latest checkpoint was saved, to the bit") {
  const TempFolder folder;
  NoisyModel whole;
  Checkpoints checkpoints(whole.graph, folder / "some/run");
  CHECK_FALSE(checkpoints.restore_latest(whole.session).has_value());
  CHECK_FALSE(checkpoints.restore_best(whole.session).has_value());
  CHECK(checkpoints.paths().empty());
  whole.initialize();
  whole.run(10);
  CHECK(checkpoints.save(whole.session, {.metadata = {{"epoch", "1"}}}) ==
        folder / "some/run/step-000000010.safetensors");
  const std::string middle = folder.read("some/run/step-000000010.safetensors");
  whole.run(10);
  checkpoints.save(whole.session);

  NoisyModel resumed;
  folder.add("middle", middle);
  std::filesystem::create_directory(folder / "other");
  std::filesystem::rename(folder / "middle", folder / "other/step-000000010.safetensors");
  Checkpoints others(resumed.graph, folder / "other");
  const std::optional<Restored> restored = others.restore_latest(resumed.session);
  REQUIRE(restored.has_value());
  CHECK(restored->metadata == Metadata{{"epoch", "1"}});
  CHECK(restored->restored.size() == global_variables(resumed.graph).size());
  resumed.run(10);
  others.save(resumed.session);
  CHECK(folder.read("some/run/step-000000020.safetensors") ==
        folder.read("other/step-000000020.safetensors"));
}

TEST_CASE("the bytes are those of save, whatever the folder") {
  const TempFolder folder;
  SteppedModel model;
  model.go_to(3);
  Checkpoints first(model.graph, folder / "one", {.best = Better::higher});
  Checkpoints second(model.graph, folder / "another");
  first.save(model.session, {.metric = 0.5, .metadata = {{"key", "text"}}});
  second.save(model.session, {.metadata = {{"key", "text"}}});
  save(model.session, folder / "plain", {.metadata = {{"key", "text"}}});
  CHECK(folder.read("one/step-000000003.safetensors") == folder.read("plain"));
  CHECK(folder.read("another/step-000000003.safetensors") == folder.read("plain"));
  CHECK(read_safetensors(folder / "one/best.safetensors").metadata ==
        Metadata{{"better", "higher"}, {"key", "text"}, {"metric", "0.5"}});
}

TEST_CASE("the newest stay, by number, and other files are not touched") {
  const TempFolder folder;
  const Files foreign = {"step-1.safetensors",
                         "step-0000000001.safetensors",
                         "step-000000001.safetensors.old",
                         "step-00000000a.safetensors",
                         "step--00000001.safetensors",
                         "step-+00000001.safetensors",
                         "step-99999999999999999999.safetensors",
                         "step-.safetensors",
                         "last-step-000000001.safetensors",
                         "best.safetensors",
                         "notes.txt",
                         ".deft-0123456789abcdef"};
  for (const std::string& name : foreign) folder.add(name, "foreign");
  std::filesystem::create_directory(folder / "step-000000000.safetensors");
  SteppedModel model;
  Checkpoints checkpoints(model.graph, folder / "", {.keep = 2});
  for (const std::int64_t step : {7LL, 8LL, 999'999'999LL, 1'000'000'000LL}) {
    model.go_to(step);
    checkpoints.save(model.session);
  }
  CHECK(names_of(checkpoints.paths()) ==
        std::vector<std::string>{"step-999999999.safetensors", "step-1000000000.safetensors"});
  model.go_to(0);
  CHECK(checkpoints.restore_latest(model.session).has_value());
  CHECK(model.at() == 1'000'000'000);
  for (const std::string& name : foreign) CHECK(folder.read(name) == "foreign");
  CHECK(folder.names().size() == foreign.size() + 3);
}

TEST_CASE("a step that is saved twice is replaced, and one too many is removed by the next save") {
  const TempFolder folder;
  SteppedModel model;
  Checkpoints checkpoints(model.graph, folder / "", {.keep = 1});
  model.go_to(5, 1);
  checkpoints.save(model.session);
  model.go_to(5, 2);
  checkpoints.save(model.session);
  CHECK(folder.names() == Files{"step-000000005.safetensors"});
  CHECK(read_safetensors(checkpoints.paths().at(0)).tensors.at(1).tensor == Tensor{2.0F, 2.0F});
  // As a kill between the new file and the removal of the old one leaves it.
  folder.add("step-000000004.safetensors", folder.read("step-000000005.safetensors"));
  model.go_to(6);
  checkpoints.save(model.session);
  CHECK(folder.names() == Files{"step-000000006.safetensors"});
}

TEST_CASE("only listed variables are saved and restored, and the step with them") {
  const TempFolder folder;
  SteppedModel model;
  const Output other = variable(model.graph, Tensor{1.0F}, {.name = "other"});
  model.go_to(4, 3);
  Checkpoints checkpoints(model.graph, folder / "", {.variables = {model.a}});
  const std::string path = checkpoints.save(model.session);
  CHECK(read_safetensors(path).tensors.size() == 2);
  model.go_to(0, 0);
  CHECK(checkpoints.restore_latest(model.session)->restored ==
        std::vector<std::string>{"a", "step"});
  CHECK(model.at() == 4);
  CHECK(model.session.value(model.a) == Tensor{3.0F, 3.0F});
  CHECK_THROWS_AS(model.session.value(other), RunError);
}

TEST_CASE("a damaged latest one is an error with its name and the cure, and not passed over") {
  const TempFolder folder;
  SteppedModel model;
  Checkpoints checkpoints(model.graph, folder / "");
  model.go_to(1);
  checkpoints.save(model.session);
  const std::string whole = folder.read("step-000000001.safetensors");
  folder.add("step-000000002.safetensors", whole.substr(0, whole.size() - 1));
  model.go_to(0, 7);
  const int line = __LINE__ + 1;
  const auto act = [&] { checkpoints.restore_latest(model.session); };
  const Error error = caught<FileError>(act);
  CHECK(error.code() == ErrorCode::file_format);
  CHECK(error.info().where.line == line);
  CHECK(error.info().message.find(folder / "step-000000002.safetensors") != std::string::npos);
  CHECK(error.info().cure.ends_with(
      "; or delete it: then '" + (folder / "step-000000001.safetensors") + "' is the latest one"));
  CHECK(model.session.value(model.a) == Tensor{7.0F, 7.0F});
  std::filesystem::remove(folder / "step-000000002.safetensors");
  checkpoints.restore_latest(model.session);
  CHECK(model.at() == 1);
  folder.add("step-000000001.safetensors", "");
  CHECK(caught<FileError>([&] { checkpoints.restore_latest(model.session); })
            .info()
            .cure.ends_with("or delete it: then the training begins anew"));
}

TEST_CASE("what cannot be saved is told of, and leaves the folder as it was") {
  const TempFolder folder;
  SteppedModel model;
  CHECK(caught<FileError>([&] { Checkpoints(model.graph, folder / "none", {.keep = 0}); })
            .info()
            .message == "of the checkpoints in '" + (folder / "none") + "' 0 are to be kept");
  CHECK(folder.names().empty());

  Checkpoints plain(model.graph, folder / "");
  Checkpoints best(model.graph, folder / "", {.best = Better::lower});
  const auto refused = [&](Checkpoints& checkpoints, const CheckpointSaveOptions& options) {
    const Error error = caught<FileError>([&] { checkpoints.save(model.session, options); });
    CHECK(error.code() == ErrorCode::invalid_argument);
    CHECK(error.info().where.line == options.where.line);
    CHECK_FALSE(error.info().cure.empty());
    return error.info().message;
  };
  CHECK(refused(plain, {.metric = 0.5}) ==
        "the metric 0.5 is given, but no best checkpoint is kept");
  CHECK(refused(best, {.metric = 0.5, .metadata = {{"metric", "mine"}}}) ==
        "the metadata has a 'metric', 'mine', beside the metric 0.5");
  model.go_to(-1);
  CHECK(refused(plain, {}) == "the global step is -1");
  CHECK(folder.names().empty());
  model.go_to(9);
  plain.save(model.session);
  model.go_to(8);
  CHECK(refused(best, {.metric = 0.5}) == "'" + (folder / "step-000000009.safetensors") +
                                              "' is of a later step than 8, which is to be saved");
  CHECK(folder.names() == Files{"step-000000009.safetensors"});
}

TEST_CASE("sessions that have nothing to save") {
  const TempFolder folder;
  const Graph graph;
  Session session(graph);
  Checkpoints checkpoints(graph, folder / "");  // makes the step
  CHECK(caught<RunError>([&] { checkpoints.save(session); }).code() ==
        ErrorCode::uninitialized_variable);
  const SteppedModel other;
  CHECK(caught<RunError>([&] { checkpoints.save(other.session); }).code() ==
        ErrorCode::wrong_graph);
  CHECK(folder.names().empty());
  session.run(global_variables_initializer(graph));
  CHECK(name_of(checkpoints.save(session)) == "step-000000000.safetensors");
}

/// All elements of a, b and the step count the same.
struct Counters {
  Graph graph;
  Output a = variable(graph, Tensor::zeros(DType::i64, {1000}), {.name = "a"});
  Output b = variable(graph, Tensor::zeros(DType::i64, {}), {.name = "b"});
  Output step =
      group({assign_add(a, ones_like(a)), assign_add(b, ones_like(b)), advance_global_step(graph)});
  Output initialize = global_variables_initializer(graph);
};

bool is_consistent(const std::string& path) {
  const Safetensors file = read_safetensors(path);  // "a", "b", "step"
  const std::int64_t count = file.tensors.at(2).tensor.item<std::int64_t>();
  const std::string digits = std::to_string(count);
  const bool named = name_of(path).ends_with(digits + ".safetensors");
  for (const std::int64_t value : file.tensors.at(0).tensor.data<std::int64_t>())
    if (value != count) return false;
  return named && file.tensors.at(1).tensor.item<std::int64_t>() == count;
}

TEST_CASE("while runs go on every checkpoint is one state, and named after its step") {
  for (const int threads : {1, 2, 3, 4, 8}) {
    CAPTURE(threads);
    const TempFolder folder;
    const Counters counters;
    Session session(counters.graph, {.threads = threads});
    session.run(counters.initialize);
    Checkpoints checkpoints(counters.graph, folder / "", {.keep = 1000, .best = Better::higher});
    const std::jthread runner([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) session.run(counters.step);
    });
    // Threads that save at once take turns: none finds a later step than its own.
    on_threads(3, [&](int thread) {
      for (int i = 0; i < 5; ++i) {
        session.run(counters.step);
        checkpoints.save(session, {.metric = thread * 100 + i});
      }
    });
    const std::vector<std::string> paths = checkpoints.paths();
    CHECK(paths.size() > 1);
    for (const std::string& path : paths) CHECK(is_consistent(path));
    CHECK(checkpoints.restore_best(session)->metadata.at("metric") == "204");
  }
}

}  // namespace
}  // namespace deft
