// Runs the program as a user does.

#include <doctest/doctest.h>

#include "examples/json.hpp"
#include "examples/program.hpp"
#include "examples/xml.hpp"
#include "sample.hpp"

namespace examples {
namespace {

using fashion::add_dataset;
using fashion::sample_dataset;

Outcome fashion_program(std::vector<std::string> options, const std::string& out_path = {}) {
  options.insert(options.begin(), FASHION_PROGRAM);
  return run(options, out_path);
}

void check_fails(const std::vector<std::string>& options, const std::string& text) {
  const Outcome outcome = fashion_program(options);
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  CAPTURE(text);
  CHECK(outcome.status == 2);
  CHECK(outcome.is_one_line_of_error());
  CHECK(outcome.err.starts_with("fashion: "));
  CHECK(outcome.err.find(text) != std::string::npos);
}

}  // namespace

TEST_CASE("fashion writes one JSON object and nothing else") {
  const deft::TempFolder folder;
  const Outcome outcome = fashion_program({"--data", add_dataset(folder, sample_dataset()),
                                           "--epochs", "2", "--threads", "1", "--json"});
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  const Json json = JsonReader(outcome.out).whole();
  CHECK(json["model"].text == "mlp");
  CHECK(json["epochs"].number == 2);
  CHECK(json["threads"].number == 1);
  CHECK(json["seconds"].number > 0);
}

TEST_CASE("fashion draws, keeps and tells TensorBoard") {
  const deft::TempFolder data;
  fashion::Dataset dataset = sample_dataset();
  dataset.test.labels.set<std::uint8_t>({0}, 5);  // a mistake that every network makes
  const deft::TempFolder folder;
  const Outcome outcome = fashion_program(
      {"--data", add_dataset(data, dataset), "--epochs", "5", "--model", "cnn", "--svg",
       folder / "plot.svg", "--checkpoint", folder / "kept", "--tensorboard", folder / "runs"});
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.starts_with("cnn, 50186 parameters, "));
  CHECK(outcome.out.find("\n5 ") != std::string::npos);
  CHECK(folder.names() == std::set<std::string>{"kept", "plot.svg", "runs"});
  CHECK(is_well_formed(folder.read("plot.svg")));
  CHECK(folder.read("kept/step-000000020.safetensors").find("first/weight/adam/m") !=
        std::string::npos);
  std::size_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "kept")) {
    CHECK(entry.path().extension() == ".safetensors");
    ++kept;
  }
  CHECK(kept == 3);
  std::size_t runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "runs")) {
    ++runs;
    const std::string bytes = deft::bytes_of_file(entry.path());
    for (const char* part : {"test/accuracy", "first/weight", "mistakes/1 "}) {
      CHECK(bytes.find(part) != std::string::npos);
    }
  }
  CHECK(runs == 1);
}

TEST_CASE("what fashion refuses") {
  check_fails({"--bogus"}, "\"--bogus\" is not an option");
  check_fails({"--model", "rnn"}, "is neither mlp nor cnn");
  check_fails({"--data", "/nowhere"}, "there is no folder /nowhere");
  const deft::TempFolder folder;
  const std::string data = add_dataset(folder, sample_dataset());
  check_fails({"--data", data, "--svg", folder / "none/a"}, "No such file or directory");
  folder.add("file", "");
  check_fails({"--data", data, "--epochs", "1", "--checkpoint", folder / "file"}, "file");
  check_fails({"--data", data, "--epochs", "1", "--tensorboard", folder / "file"}, "file");
  folder.add("train-images-idx3-ubyte.gz", "no picture");
  check_fails({"--data", data}, "train-images-idx3-ubyte.gz");
}

}  // namespace examples
