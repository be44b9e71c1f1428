#include "test_case.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include <deft/core/files/bytes.hpp>

#include "proto_reader.hpp"
#include "tensors.hpp"

namespace deft::conformance {

namespace fs = std::filesystem;

namespace {

/// The number behind "name": in a small JSON text, such as {"rtol": 0.001, "atol": 1e-07}.
double number_of(const std::string& json, const std::string& name, double fallback) {
  const std::size_t at = json.find('"' + name + "\":");
  return at == std::string::npos ? fallback : std::stod(json.substr(at + name.size() + 3));
}

/// Older suites hold bf16 as u16 of the same bits.
Tensor as_declared(Tensor x, onnx::ElementType type) {
  if (type != onnx::ElementType::bf16 || x.dtype() != DType::u16) return x;
  Tensor same_bits = Tensor::uninitialized(DType::bf16, x.shape());
  std::memcpy(same_bits.mutable_raw(), x.raw(), x.num_bytes());
  return same_bits;
}

/// The tensors of a folder in their order, of which the first have these types in the model.
std::vector<Tensor> read_tensors(const fs::path& folder, const std::string& kind,
                                 const std::vector<onnx::ElementType>& types) {
  std::vector<Tensor> tensors;
  for (;;) {
    const fs::path path = folder / (kind + '_' + std::to_string(tensors.size()) + ".pb");
    if (!fs::exists(path)) return tensors;
    const std::string bytes = read_bytes(path);
    const WireSource source{path, bytes};
    onnx::ExternalData none(path, "", {});
    const std::size_t i = tensors.size();
    tensors.push_back(as_declared(onnx::tensor_of(onnx::read_tensor(source), none, path, {}),
                                  i < types.size() ? types[i] : onnx::ElementType::undefined));
  }
}

}  // namespace

std::vector<fs::path> find_cases(const fs::path& root) {
  std::vector<fs::path> found;
  if (fs::exists(root / "model.onnx")) return {root};
  if (fs::is_directory(root))
    for (const fs::directory_entry& entry : fs::directory_iterator(root))
      if (fs::exists(entry.path() / "model.onnx")) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

TestCase read_case(const fs::path& folder) {
  TestCase test;
  test.name = folder.filename();
  test.folder = folder;
  const fs::path path = folder / "model.onnx";
  test.bytes = read_bytes(path);
  test.model = onnx::read_model({path, test.bytes});
  if (fs::exists(folder / "tol.json")) {
    const std::string json = read_bytes(folder / "tol.json");
    test.rtol = number_of(json, "rtol", test.rtol);
    test.atol = number_of(json, "atol", test.atol);
  }
  std::set<std::string> initialized;
  for (const onnx::TensorProto& tensor : test.model.graph.initializers)
    initialized.insert(tensor.name);
  for (const onnx::ValueProto& input : test.model.graph.inputs)
    if (initialized.count(input.name) == 0) test.inputs.push_back(input.name);
  return test;
}

std::string unsuitable(const TestCase& test) {
  for (const auto& values : {test.model.graph.inputs, test.model.graph.outputs})
    for (const onnx::ValueProto& value : values) {
      if (!value.is_tensor) return "sequences and optional values";
      if (!onnx::dtype_of(value.type)) return "elements of type " + onnx::name_of(value.type);
    }
  return {};
}

std::vector<DataSet> read_data(const TestCase& test) {
  std::vector<DataSet> sets;
  std::vector<onnx::ElementType> inputs, outputs;
  for (const onnx::ValueProto& input : test.model.graph.inputs)
    if (std::ranges::find(test.inputs, input.name) != test.inputs.end())
      inputs.push_back(input.type);
  for (const onnx::ValueProto& output : test.model.graph.outputs) outputs.push_back(output.type);
  for (;;) {
    const fs::path folder = test.folder / ("test_data_set_" + std::to_string(sets.size()));
    if (!fs::exists(folder)) return sets;
    sets.push_back(
        {read_tensors(folder, "input", inputs), read_tensors(folder, "output", outputs)});
  }
}

}  // namespace deft::conformance
