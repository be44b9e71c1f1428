#include "test_case.hpp"

#include <algorithm>
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

/// What stands in the files input_0.pb, input_1.pb, ... Debian's suite has bf16 as the u16 of the
/// same bits; the model tells.
std::vector<Tensor> read_tensors(const fs::path& folder, const std::string& kind,
                                 const std::vector<onnx::ValueProto>& values) {
  std::vector<Tensor> tensors;
  for (;;) {
    const fs::path path = folder / (kind + '_' + std::to_string(tensors.size()) + ".pb");
    if (!fs::exists(path)) return tensors;
    const std::string bytes = read_bytes(path);
    const WireSource source{path, bytes};
    onnx::ExternalData none(path, "", {});
    onnx::TensorProto tensor = onnx::read_tensor(source);
    const bool is_bf16 =
        tensors.size() < values.size() && values[tensors.size()].type == onnx::ElementType::bf16;
    if (is_bf16 && tensor.type == onnx::ElementType::u16) tensor.type = onnx::ElementType::bf16;
    tensors.push_back(onnx::tensor_of(tensor, none, path, {}));
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
  for (;;) {
    const fs::path folder = test.folder / ("test_data_set_" + std::to_string(sets.size()));
    if (!fs::exists(folder)) return sets;
    sets.push_back({read_tensors(folder, "input", test.model.graph.inputs),
                    read_tensors(folder, "output", test.model.graph.outputs)});
  }
}

}  // namespace deft::conformance
