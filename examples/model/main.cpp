/// Opens a model of another library: see model_file.hpp for the formats, import.cpp for how it
/// becomes a graph, and compute.cpp for its runs.

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/errors.hpp"
#include "common/files.hpp"
#include "common/program.hpp"
#include "common/text.hpp"
#include "compute.hpp"
#include "convert.hpp"
#include "import.hpp"
#include "model_file.hpp"
#include "options.hpp"
#include "report.hpp"
#include "tensor_file.hpp"

namespace examples::model {
namespace {

constexpr const char* program_name = "model";
constexpr int differs = 1;
constexpr int unsupported = 3;

std::vector<Difference> compared(const std::vector<deft::NamedTensor>& outputs,
                                 const Options& options) {
  const std::vector<deft::NamedTensor> expected = deft::read_npz(options.compare);
  std::vector<std::string> names;
  for (const deft::NamedTensor& one : expected) names.push_back(one.name);
  std::vector<Difference> differences;
  for (const auto& [name, tensor] : outputs) {
    const auto found = std::ranges::find(expected, name, &deft::NamedTensor::name);
    if (found == expected.end()) {
      throw UserError("--compare: " + printable(options.compare, 200) + " has no " + quoted(name) +
                      ", an output of the model; it has " +
                      (names.empty() ? "nothing" : list_of(names)));
    }
    differences.push_back(difference(name, tensor, found->tensor, options.rtol, options.atol));
  }
  return differences;
}

/// What the file does not say of the outputs, the graph knows.
void complete(const Model& model, Summary& summary) {
  for (Value& value : summary.outputs) {
    const auto found = std::ranges::find(model.outputs, value.name, &deft::NamedOutput::name);
    if (found == model.outputs.end() || value.shape) continue;
    value.dtype = to_string(found->output.dtype());
    value.shape.emplace();
    for (const std::int64_t dim : found->output.shape().dims()) {
      value.shape->push_back(dim == deft::Shape::unknown ? "?" : std::to_string(dim));
    }
  }
}

/// Imports the model and does with it what the options say. Throws ImportError.
void use(const ModelFile& file, const Options& options, Report& report) {
  std::vector<deft::NamedTensor> given;
  if (!options.run.empty()) given = deft::read_npz(options.run);
  const Imported imported = import_model(file, options, given, options.run);
  report.import_seconds = imported.seconds;
  report.constants = imported.constants;
  complete(imported.model, report.summary);
  if (!options.dot.empty()) write_file(options.dot, deft::to_dot(imported.model.graph));
  if (!options.convert.empty()) convert(file, imported, options.convert);
  if (!options.computes()) return;

  if (options.run.empty()) given = random_inputs(imported.model);
  report.results = compute(imported.model, options, given, options.run);
  if (!options.output.empty()) deft::write_npz(options.output, report.results->outputs);
  if (!options.profile.empty()) write_file(options.profile, report.results->profile.trace());
  if (!options.compare.empty()) report.differences = compared(report.results->outputs, options);
}

/// A file of tensors without a model.
void show_tensors(const Options& options) {
  if (options.computes() || !options.dot.empty()) {
    throw UserError(printable(options.file, 200) + " has no model, but tensors; of the options, " +
                    "--convert and --json are for it");
  }
  const std::vector<deft::NamedTensor> tensors = read_tensors(options.file);
  if (!options.convert.empty()) {
    if (!is_tensor_file(options.convert)) {
      throw UserError("--convert: tensors without a model become a file of tensors, and " +
                      printable(options.convert, 200) + " is none");
    }
    write_tensors(options.convert, tensors);
  }
  write_to_stdout(options.json ? tensors_json(options.file, tensors)
                               : tensors_text(options.file, tensors));
}

int run(const Options& options) {
  for (const std::string& path : {options.output, options.profile, options.dot, options.convert}) {
    if (!path.empty()) check_writable(path);
  }
  if (is_tensor_file(options.file)) {
    show_tensors(options);
    return 0;
  }
  const std::unique_ptr<ModelFile> file = open_model(options.file, options.checkpoint);
  Report report;
  report.summary = file->summary();
  report.shows_summary = !options.computes() && options.dot.empty() && options.convert.empty();
  try {
    use(*file, options, report);
  } catch (const ImportError& error) {
    report.unsupported = error.reasons();
    report.shows_summary = true;
  }
  write_to_stdout(options.json ? to_json(report) : to_text(report));
  if (!report.is_supported()) {
    print_error(program_name, printable(options.file, 200) + " cannot be imported");
    return unsupported;
  }
  return report.is_allowed() ? 0 : differs;
}

/// What the library says, without the line of this program that it blames.
std::string text_of(const deft::ErrorInfo& info) {
  std::string text = info.op;
  if (!info.node.empty()) text += (text.empty() ? "'" : " '") + info.node + "'";
  text += (text.empty() ? "" : ": ") + info.message;
  if (!info.operands.empty()) text += " (inputs: " + info.operands + ")";
  return text + (info.cure.empty() ? "" : "; " + info.cure);
}

int run(std::span<const char* const> arguments) {
  const Options options = parse_options(arguments);
  if (options.help) {
    write_to_stdout(usage());
    return 0;
  }
  try {
    return run(options);
  } catch (const deft::Error& error) {
    throw UserError(text_of(error.info()));
  }
}

}  // namespace
}  // namespace examples::model

int main(int argc, char** argv) {
  return examples::run_program(examples::model::program_name, argc, argv, examples::model::run);
}
