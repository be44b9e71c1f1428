// Runs the second program of README.md as a user does.

#include <filesystem>

#include <doctest/doctest.h>

#include "examples/fashion/sample.hpp"
#include "examples/program.hpp"

namespace examples {
namespace {

/// More pictures than the program holds out.
fashion::Dataset dataset() {
  return {fashion::sample_pictures(5384, 1), fashion::sample_pictures(10, 2)};
}

/// Runs it in `folder`, where its files go.
Outcome run_in(const std::string& folder, const std::string& data) {
  return run({"/bin/sh", "-c", "cd \"$0\" && exec \"$1\" \"$2\"", folder, SECOND_PROGRAM, data});
}

}  // namespace

TEST_CASE("the second program trains, keeps and goes on") {
  const deft::TempFolder data_folder;
  const std::string data = fashion::add_dataset(data_folder, dataset());
  const deft::TempFolder folder;
  const Outcome whole = run_in(folder / ".", data);
  CAPTURE(whole.err);
  REQUIRE(whole.status == 0);
  CHECK(whole.out.starts_with("epoch 1: loss "));
  CHECK(whole.out.find("\nepoch 10: loss ") != std::string::npos);
  CHECK(folder.names() == std::set<std::string>{"checkpoints", "runs"});

  const std::string last = folder / "checkpoints/step-000000030.safetensors";
  const std::string expected = deft::bytes_of_file(last);
  std::filesystem::remove(last);
  const Outcome resumed = run_in(folder / ".", data);
  REQUIRE(resumed.status == 0);
  CHECK(resumed.out == whole.out.substr(whole.out.find("epoch 10:")));
  CHECK(deft::bytes_of_file(last) == expected);
}

}  // namespace examples
