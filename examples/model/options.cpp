#include "options.hpp"

#include <string_view>

#include "common/command_line.hpp"
#include "common/common_options.hpp"
#include "common/distinct_files.hpp"
#include "common/errors.hpp"
#include "common/numbers.hpp"
#include "common/text.hpp"
#include "convert.hpp"

namespace examples::model {
namespace {

// Keep a slip of the finger from filling the machine's memory; nothing else depends on it.
constexpr std::int64_t max_dim = 1'000'000'000;

double number_from_zero(const Argument& argument) {
  const ParsedNumber number = parse_number(argument.text);
  if (number.problem != nullptr) argument.fail(number.problem);
  if (number.value < 0) argument.fail("is less than zero");
  return number.value;
}

/// What stands between commas.
std::vector<std::string_view> parts(const Argument& argument) {
  std::vector<std::string_view> result;
  std::string_view rest = argument.text;
  for (bool last = false; !last;) {
    const std::size_t comma = rest.find(',');
    last = comma == std::string_view::npos;
    result.push_back(rest.substr(0, comma));
    if (result.back().empty()) argument.fail("has an empty part");
    if (!last) rest.remove_prefix(comma + 1);
  }
  return result;
}

std::map<std::string, std::int64_t> dims(const Argument& argument) {
  std::map<std::string, std::int64_t> result;
  for (const std::string_view part : parts(argument)) {
    const std::size_t equals = part.rfind('=');
    if (equals == std::string_view::npos || equals == 0) {
      argument.fail("is no list of name=N with commas between them");
    }
    const std::string name(part.substr(0, equals));
    const std::int64_t size =
        Argument{argument.option, part.substr(equals + 1)}.integer(0, max_dim);
    if (!result.emplace(name, size).second) argument.fail("has " + quoted(name) + " twice");
  }
  return result;
}

constexpr OptionDef<Options> option_defs[] = {
    {"--run", "FILE.npz", "compute the outputs for these inputs, by the model's own names",
     [](Options& o, const Argument& a) { o.run = a.text; }},
    {"--output", "FILE.npz", "write the outputs there",
     [](Options& o, const Argument& a) { o.output = a.text; }},
    {"--compare", "FILE.npz", "compare the outputs with these",
     [](Options& o, const Argument& a) { o.compare = a.text; }},
    {"--rtol", "R", "what may differ: atol + rtol * |expected| (default 1e-3)",
     [](Options& o, const Argument& a) { o.rtol = number_from_zero(a); }},
    {"--atol", "R", "likewise (default 1e-7)",
     [](Options& o, const Argument& a) { o.atol = number_from_zero(a); }},
    {"--time", "[SECONDS]", "measure import, first run and others for so long (default 1)",
     [](Options& o, const Argument& a) { o.time = a.text.empty() ? 1 : a.positive_number(); }},
    {"--profile", "FILE.json", "write a trace of ten runs, for Perfetto or chrome://tracing",
     [](Options& o, const Argument& a) { o.profile = a.text; }},
    {"--dot", "FILE.dot", "write the graph for Graphviz",
     [](Options& o, const Argument& a) { o.dot = a.text; }},
    {"--convert", "FILE", "write the model in the format that the name says",
     [](Options& o, const Argument& a) { o.convert = a.text; }},
    {"--checkpoint", "PREFIX", "the values of the variables of a graph of TensorFlow",
     [](Options& o, const Argument& a) { o.checkpoint = a.text; }},
    {"--batch", "N", "the first dimension of inputs, where it is not known",
     [](Options& o, const Argument& a) { o.batch = a.integer(0, max_dim); }},
    {"--dims", "NAME=N,...", "other dimensions of inputs, by the model's names",
     [](Options& o, const Argument& a) { o.dims = dims(a); }},
    {"--outputs", "NAMES", "only these values, with commas between them",
     [](Options& o, const Argument& a) {
       for (const std::string_view name : parts(a)) o.outputs.emplace_back(name);
     }},
    threads_option<Options>,
    {"--json", "", "print one JSON object", [](Options& o, const Argument&) { o.json = true; }},
    help_option<Options>,
};

}  // namespace

Options parse_options(std::span<const char* const> arguments) {
  Options options;
  if (!arguments.empty() && !std::string_view(arguments[0]).starts_with("--")) {
    options.file = arguments[0];
    arguments = arguments.subspan(1);
  }
  const std::set<std::string_view> given = apply_options(arguments, option_defs, options);
  if (options.help) return options;
  if (options.file.empty()) throw UserError("give the file of a model first; --help says more");
  if (options.compare.empty() && (given.contains("--rtol") || given.contains("--atol"))) {
    throw UserError("--rtol and --atol are for --compare");
  }
  if (!options.convert.empty() && !is_convertible_to(options.convert)) {
    throw UserError("--convert: " + printable(options.convert, 200) +
                    ": the name says no format; it is to end in .onnx, .pb, .pbtxt, .npz, "
                    ".safetensors or .ckpt");
  }
  check_distinct_files({{"the model", options.file},
                        {"--run", options.run},
                        {"--compare", options.compare},
                        {"--output", options.output},
                        {"--profile", options.profile},
                        {"--dot", options.dot},
                        {"--convert", options.convert}});
  return options;
}

std::string usage() {
  return "Says what a model is, runs it, and writes it in another format.\n"
         "\n"
         "usage: model FILE [options]\n"
         "\n"
         "FILE is a model of ONNX (.onnx); a graph of TensorFlow (.pb, .pbtxt, .meta, or the "
         "folder\n"
         "of a SavedModel); or a file of tensors (.npz, .safetensors, a checkpoint's .ckpt or "
         ".index).\n"
         "--convert writes .onnx, .pb, .pbtxt, or the weights to a file of tensors.\n"
         "\n" +
         help_lines(option_defs) +
         "\n"
         "Exit status: 0 on success, 1 if outputs differ more than allowed, 3 if the model has\n"
         "parts that cannot be imported, 2 on any other error.\n";
}

}  // namespace examples::model
