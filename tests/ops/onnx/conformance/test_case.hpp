#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <deft/core/tensor.hpp>

#include "proto.hpp"

namespace deft::conformance {

/// Inputs and what a model should make of them, in the order of the model.
struct DataSet {
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
};

/// A folder of ONNX's test data: model.onnx, test_data_set_0/input_0.pb, ..., output_0.pb, ...
struct TestCase {
  std::string name;
  std::filesystem::path folder;
  std::string bytes;  // of the model, to which `model` refers
  onnx::ModelProto model;
  std::vector<std::string> inputs;  // the names of what is fed
  double rtol = 1e-3;               // as the case asks, or what upstream's runner takes
  double atol = 1e-7;
};

/// The folders below `root` that hold a model.onnx, in order of their names.
std::vector<std::filesystem::path> find_cases(const std::filesystem::path& root);

TestCase read_case(const std::filesystem::path& folder);

/// Why the values of a case are none that deft has, such as sequences; empty if they are.
std::string unsuitable(const TestCase& test);

std::vector<DataSet> read_data(const TestCase& test);

}  // namespace deft::conformance
