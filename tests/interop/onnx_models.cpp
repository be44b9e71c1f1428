// onnx_models <folder>: writes a model for each operation that deft exports, what it is fed, and
// what deft computes. For the script that gives the models to onnx and onnxruntime.
#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "ops/onnx/export/cases/export_cases.hpp"

namespace {

using deft::CaseGraph;
using deft::ExportCase;
using deft::NamedTensor;

void write(const ExportCase& of, const std::string& path) {
  const CaseGraph built(of);
  const std::string& lacks = of.onnxruntime;
  deft::export_onnx(built.outputs, path + ".onnx",
                    {.metadata = {{"title", deft::title(of)}, {"onnxruntime lacks", lacks}}});
  if (!lacks.empty()) return;
  std::vector<NamedTensor> tensors;
  for (std::size_t i = 0; i < of.inputs.size(); ++i)
    tensors.push_back({"x" + std::to_string(i), of.inputs[i]});
  std::vector<deft::Output> fetches;
  for (const deft::NamedOutput& output : built.outputs) fetches.push_back(output.output);
  deft::Session session(built.graph);
  const std::vector<deft::Tensor> values = session.run(fetches, built.feeds(of));
  for (std::size_t i = 0; i < values.size(); ++i)
    tensors.push_back({"y" + std::to_string(i), values[i]});
  deft::write_npz(path + ".npz", tensors);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) return 2;
    const std::vector<ExportCase> cases = deft::export_cases();
    for (std::size_t i = 0; i < cases.size(); ++i)
      write(cases[i], std::string(argv[1]) + '/' + std::to_string(i));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
