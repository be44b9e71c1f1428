#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/runtime/session.hpp>

#include "caught.hpp"
#include "model_builder.hpp"

namespace deft::onnx {

/// An input of a node under test: none, a constant of the model, or a value that is fed.
struct TestInput {
  enum class Kind { none, constant, fed };

  TestInput() = default;
  TestInput(Tensor of_value) : value(std::move(of_value)), kind(Kind::fed) {}

  std::optional<Tensor> value = {};
  Kind kind = Kind::none;
  bool has_open_batch = false;  // the first dimension is not known at import
};

inline TestInput known(Tensor value) {
  TestInput input(std::move(value));
  input.kind = TestInput::Kind::constant;
  return input;
}

/// Fed, with a first dimension that is not known at import.
inline TestInput batched(Tensor value) {
  TestInput input(std::move(value));
  input.has_open_batch = true;
  return input;
}

/// A model of one node, whose inputs are a, b, c, ... and whose outputs are y0, y1, ...
struct OneNode {
  std::string op;
  std::vector<TestInput> inputs = {};
  Attributes attributes = {};
  std::int64_t opset = 17;
  std::size_t outputs = 1;
  std::string domain = {};

  ModelBuilder model() const {
    ModelBuilder model(opset);
    if (!domain.empty()) model.opset(domain, 1);
    Names in;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      in.push_back(inputs[i].kind == TestInput::Kind::none ? "" : name(i));
      if (inputs[i].kind == TestInput::Kind::constant) model.initializer(name(i), *inputs[i].value);
      if (inputs[i].kind == TestInput::Kind::fed)
        model.input(name(i), inputs[i].value->dtype(), dimensions(inputs[i]));
    }
    Names out;
    for (std::size_t i = 0; i < outputs; ++i) out.push_back("y" + std::to_string(i));
    model.node(op, in, out, attributes, domain);
    for (const std::string& output : out) model.output(output);
    return model;
  }

  /// What its outputs are in a run.
  std::vector<Tensor> run() const {
    const Graph graph;
    const OnnxModel imported = model().import(graph);
    std::vector<Output> fetches;
    for (const NamedOutput& output : imported.outputs) fetches.push_back(output.output);
    std::vector<Feed> feeds;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].kind == TestInput::Kind::fed)
        feeds.push_back({imported.input(name(i)), *inputs[i].value});
    Session session(graph);
    return session.run(fetches, feeds);
  }

  /// Its first output in a run.
  Tensor value() const { return run().at(0); }

  /// Why it cannot be imported.
  std::string refusal() const {
    const Graph graph;
    const ModelBuilder built = model();
    return caught<FileError>([&] { built.import(graph); }).what();
  }

 private:
  static std::string name(std::size_t i) {
    return std::string(1, static_cast<char>('a' + static_cast<int>(i)));
  }

  static std::vector<ModelBuilder::Dimension> dimensions(const TestInput& input) {
    std::vector<ModelBuilder::Dimension> result;
    for (const std::int64_t size : input.value->shape().dims()) result.emplace_back(size);
    if (input.has_open_batch) result.at(0) = "batch";
    return result;
  }
};

}  // namespace deft::onnx
