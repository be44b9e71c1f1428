#include "observation/events/hyper_parameters.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/event_file.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

/// The HParamsPluginData of the values that a writer has written, by tag.
std::map<std::string, WireMessage> contents_of(const EventWriter& log) {
  std::map<std::string, WireMessage> contents;
  for (const WireMessage& value : events_of(log).at(0).message(5).messages(1)) {
    const WireMessage plugin = value.message(9).message(1);
    CHECK(plugin.text(1) == "hparams");
    contents.emplace(value.text(1), plugin.message(2));
  }
  return contents;
}

}  // namespace

TEST_CASE("a run tells what was chosen for it") {
  const TempFolder folder;
  EventWriter log = writer_in(folder / "run/");
  const std::string text = "a text";
  log.hyper_parameters(
      {{"rate", 1e-3}, {"layers", 3}, {"model", "mlp"}, {"nesterov", true}, {"text", text}});
  const auto contents = contents_of(log);
  REQUIRE(contents.size() == 1);
  const WireMessage start = contents.at("_hparams_/session_start_info").message(3);
  std::map<std::string, WireMessage> values;
  for (const WireMessage& entry : start.messages(1))
    values.emplace(entry.text(1), entry.message(2));
  CHECK(values.size() == 5);
  CHECK(values.at("rate").f64(2) == 1e-3);
  CHECK(values.at("layers").f64(2) == 3);
  CHECK(values.at("model").text(3) == "mlp");
  CHECK(values.at("nesterov").integer(4) == 1);
  CHECK(values.at("text").text(3) == text);
  CHECK(start.text(4) == std::filesystem::canonical(folder / "run").string());
  CHECK(start.f64(5) == noon);
}

TEST_CASE("metrics make the columns of the table") {
  const TempFolder folder;
  EventWriter log = writer_in(folder / "run");
  log.hyper_parameters({{"rate", 1e-3}, {"model", "mlp"}, {"nesterov", true}},
                       {"loss", "accuracy"});
  const auto contents = contents_of(log);
  CHECK(contents.size() == 2);
  const WireMessage experiment = contents.at("_hparams_/experiment").message(2);
  std::map<std::string, std::int64_t> types;
  for (const WireMessage& info : experiment.messages(4)) types[info.text(1)] = info.integer(4);
  CHECK(types == std::map<std::string, std::int64_t>{{"rate", 3}, {"model", 1}, {"nesterov", 2}});
  std::vector<std::string> metrics;
  for (const WireMessage& info : experiment.messages(5)) metrics.push_back(info.message(1).text(2));
  CHECK(metrics == std::vector<std::string>{"loss", "accuracy"});
}

}  // namespace deft
