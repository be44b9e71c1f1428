#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/files/npz.hpp>
#include <deft/onnx/onnx.hpp>
#include <deft/runtime/session.hpp>

#include "caught.hpp"
#include "support/data_path.hpp"

// Models that others wrote, beside which stands what others made of them: tests/data/onnx.
namespace deft {
namespace {

namespace fs = std::filesystem;

/// What an npz beside a model holds: "in:x" and "out:y" of its inputs and outputs x and y.
struct Record {
  explicit Record(const fs::path& file) {
    for (NamedTensor& named : read_npz(file)) {
      if (named.name.starts_with("in:")) inputs[named.name.substr(3)] = named.tensor;
      if (named.name.starts_with("out:")) outputs[named.name.substr(4)] = named.tensor;
    }
  }

  std::map<std::string, Tensor> inputs;
  std::map<std::string, Tensor> outputs;
};

bool is_near(double a, double b, double tolerance) {
  if (std::isnan(b)) return std::isnan(a);
  return a == b || std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

void check_near(const Tensor& is, const Tensor& expected, double tolerance) {
  REQUIRE(is.spec() == expected.spec());
  const std::vector<double> a = is.to<double>();
  const std::vector<double> b = expected.to<double>();
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CAPTURE(a[i]);
    CAPTURE(b[i]);
    CHECK(is_near(a[i], b[i], tolerance));
  }
}

/// Inputs of the recorded shapes, of which those in `bound` are known when the model is imported.
OnnxImportOptions options_of(const Record& record, const std::set<std::string>& bound) {
  OnnxImportOptions options{};
  for (const auto& [name, value] : record.inputs) {
    options.shapes[name] = value.shape();
    if (bound.count(name) != 0) options.constants[name] = value;
  }
  return options;
}

void check_results(const fs::path& file, const Record& record, const std::set<std::string>& bound,
                   double tolerance) {
  const Graph graph;
  const OnnxModel model = import_onnx(graph, file.string(), options_of(record, bound));
  std::vector<Feed> feeds;
  for (const auto& [name, value] : record.inputs)
    if (bound.count(name) == 0) feeds.push_back({model.input(name), value});
  std::vector<Output> fetches;
  for (const auto& [name, value] : record.outputs) fetches.push_back(model.output(name));
  Session session(graph);
  const std::vector<Tensor> results = session.run(fetches, feeds);
  std::size_t i = 0;
  for (const auto& [name, value] : record.outputs) check_near(results[i++], value, tolerance);
}

/// Runs a model on what is recorded or, where `refusal` is not empty, sees that its import is
/// refused for that reason.
void check_model(const fs::path& file, const std::string& refusal,
                 const std::set<std::string>& bound, double tolerance) {
  const Record record(fs::path(file).replace_extension(".npz"));
  if (refusal.empty()) return check_results(file, record, bound, tolerance);
  const Graph graph;
  const auto import = [&] { import_onnx(graph, file.string(), options_of(record, bound)); };
  const std::string why = caught<FileError>(import).what();
  CAPTURE(why);
  CHECK(why.find(refusal) != std::string::npos);
}

/// The entry of a model in a table by name; by default nothing.
template <class T>
T entry(const std::map<std::string, T>& table, const fs::path& file) {
  const auto found = table.find(file.stem().string());
  return found == table.end() ? T() : found->second;
}

/// Inputs that say shapes, axes and the like: integers in a vector, but for the first input.
std::set<std::string> small_integers(const Record& record) {
  std::set<std::string> names;
  for (const auto& [name, value] : record.inputs)
    if (name != "i0" && is_integer(value.dtype()) && value.shape().rank() <= 1) names.insert(name);
  return names;
}

std::vector<fs::path> models_in(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(data_path("onnx/" + folder)))
    if (entry.path().extension() == ".onnx") files.push_back(entry.path());
  std::ranges::sort(files);
  REQUIRE_FALSE(files.empty());
  return files;
}

/// Why models are refused, by name.
using Refusals = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("models of scikit-learn give what onnxruntime gave") {
  const Refusals refusals{{"svr", "deft has no support vector machines"}};
  for (const fs::path& file : models_in("skl")) {
    CAPTURE(file.stem().string());
    check_model(file, entry(refusals, file), {}, 1e-5);
  }
}

TEST_CASE("models that TensorFlow trained give what onnxruntime gave") {
  for (const fs::path& file : models_in("tf")) {
    CAPTURE(file.stem().string());
    check_model(file, "", {}, 1e-5);
  }
}

TEST_CASE("functions, captured values, loops, external data and overridden initializers") {
  const Refusals refusals{
      {"loop_zero_trips", "it has no iteration, so that its results have no shape"}};
  const std::map<std::string, std::set<std::string>> bound{{"init_overridden", {"b"}},
                                                           {"loop_sum_scanout", {"n"}},
                                                           {"loop_while", {"x"}},
                                                           {"loop_zero_trips", {"n"}},
                                                           {"name_shadow_subgraph", {"c"}}};
  for (const fs::path& file : models_in("features")) {
    CAPTURE(file.stem().string());
    check_model(file, entry(refusals, file), entry(bound, file), 1e-6);
  }
}

TEST_CASE("what the text of ONNX leaves easy to get wrong is as others have it") {
  const std::string recurrent = "recurrent networks need loops that learn";
  const Refusals refusals{{"gru_forward_lbr0", recurrent},
                          {"gru_reverse_lbr0", recurrent},
                          {"rnn_reverse", recurrent},
                          {"nonzero", "the shape of its result depends on values"}};
  for (const fs::path& file : models_in("traps")) {
    CAPTURE(file.stem().string());
    const Record record(fs::path(file).replace_extension(".npz"));
    check_model(file, entry(refusals, file), small_integers(record), 1e-5);
  }
}

}  // namespace deft
