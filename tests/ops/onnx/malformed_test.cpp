// Files that are no models, or no longer: a clear error, or a right answer.

#include <array>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/files/wire.hpp>
#include <deft/onnx/onnx.hpp>

#include "caught.hpp"
#include "support/data_path.hpp"
#include "support/temp_folder.hpp"

namespace deft::onnx {
namespace {

OnnxModel import_bytes(const std::string& bytes) {
  // Memory of just their size, so that the address sanitizer sees what goes beyond.
  const std::vector<char> exact(bytes.begin(), bytes.end());
  return import_onnx(Graph(), std::as_bytes(std::span(exact)));
}

std::string model_file(const std::string& name) {
  return bytes_of_file(data_path("onnx/" + name + ".onnx"));
}

std::string problem_of(const std::string& bytes) {
  return caught<FileError>([&] { import_bytes(bytes); }).info().message;
}

std::vector<std::string> names_of(const std::vector<NamedOutput>& outputs) {
  std::vector<std::string> names;
  for (const NamedOutput& output : outputs) names.push_back(output.name);
  return names;
}

/// Other models than all of tests/data/onnx: short, so that thousands of imports take no time.
constexpr std::array models{
    "features/function_attr_ref", "features/loop_sum_scanout", "traps/resize_cubic_half_pixel_up",
    "traps/conv_depthwise",       "skl/logreg3_raw",           "tf/linreg"};

}  // namespace

TEST_CASE("files with one fault are refused, and the fault is named") {
  const std::map<std::string, std::string> problems{
      {"badutf8", "offset 0: the text of field 2 is not UTF-8"},
      {"dims", "offset 0: it has no version of the format (ir_version)"},
      {"empty", "offset 0: it has no graph"},
      {"group", "offset 0: field 1 has the wire type 3, and not 0, 1, 2 or 5"},
      {"group_end_unmatched", "offset 0: field 1 has the wire type 4, and not 0, 1, 2 or 5"},
      {"len64", "offset 0: field 7 should have 18446744073709551615 bytes, but 0 are left"},
      {"split_graph", "offset 5: it has a second graph"},
      {"tag0", "offset 0: a field has the number 0"},
      {"varint11", "offset 0: a number has more than 64 bits"},
      {"wiretype", "offset 0: field 1 has the wire type 5, and not 0"},
  };
  for (const auto& problem : problems) {
    CAPTURE(problem.first);
    CHECK(problem_of(model_file("negative/" + problem.first)) == "the model: " + problem.second);
  }
}

TEST_CASE("operations that only TensorFlow has are listed with their nodes") {
  const std::string problem = problem_of(model_file("negative/tf2onnx_unregistered_op"));
  CHECK(problem.starts_with("the model: "));
  CHECK(problem.find("\n  BroadcastGradientArgs \"gradients/sub_grad/BroadcastGradientArgs\" "
                     "(ai.onnx 17): deft does not know this operation") != std::string::npos);
}

TEST_CASE("graphs that lie in each other without end are refused") {
  std::string graph;
  for (int i = 0; i < 1000; ++i) {
    WireWriter outer;
    outer.message(1, [&] {
      outer.bytes(4, "If");
      outer.message(5, [&] {
        outer.bytes(1, "then_branch");
        outer.bytes(6, graph);
      });
    });
    graph = std::move(outer).text();
  }
  WireWriter model;
  model.varint(1, 8);
  model.bytes(7, graph);
  CHECK(problem_of(model.text()).find("messages lie in each other more than 100 deep") !=
        std::string::npos);
}

TEST_CASE("parts without which nothing says what they mean are refused") {
  const auto model_of = [](bool has_op, bool has_attribute_name) {
    WireWriter model;
    model.varint(1, 8);
    model.message(7, [&] {
      model.message(1, [&] {
        model.bytes(2, "y");
        if (has_op) model.bytes(4, "Identity");
        model.message(5, [&] {
          if (has_attribute_name) model.bytes(1, "axis");
          model.varint(3, 1);
        });
      });
    });
    model.message(8, [&] { model.varint(2, 17); });
    return model.text();
  };
  CHECK(problem_of(model_of(false, true)).find("a node has no operation") != std::string::npos);
  CHECK(problem_of(model_of(true, false)).find("an attribute has no name") != std::string::npos);
  CHECK(import_bytes(model_of(true, true)).outputs.empty());
}

TEST_CASE("what is cut off at any place is an error, or leaves the model whole") {
  for (const char* name :
       {"features/function_attr_ref", "traps/resize_cubic_half_pixel_up", "tf/linreg"}) {
    CAPTURE(name);
    const std::string whole = model_file(name);
    const OnnxModel expected = import_bytes(whole);
    std::size_t refused = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      try {
        const OnnxModel model = import_bytes(whole.substr(0, size));
        CHECK(names_of(model.inputs) == names_of(expected.inputs));
        CHECK(names_of(model.outputs) == names_of(expected.outputs));
      } catch (const FileError& error) {
        CHECK(error.code() == ErrorCode::file_format);
        CHECK(error.info().message.starts_with("the model: "));
        ++refused;
      }
    }
    CHECK(refused > whole.size() * 9 / 10);
  }
}

TEST_CASE("flipped bits are an error or a model, and nothing worse") {
  constexpr int flips = 30'000;
  std::mt19937 random(1);
  std::size_t refused = 0;
  for (const char* name : models) {
    const std::string whole = model_file(name);
    for (std::size_t i = 0; i < flips / models.size(); ++i) {
      std::string flipped = whole;
      flipped[random() % whole.size()] ^= static_cast<char>(1U << random() % 8);
      try {
        import_bytes(flipped);
      } catch (const Error& error) {
        if (error.code() == ErrorCode::internal) FAIL_CHECK(error.what());
        ++refused;
      }
    }
  }
  CHECK(refused > flips / 4);
  CHECK(refused < flips);
}

}  // namespace deft::onnx
