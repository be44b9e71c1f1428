#include <deft/runtime/checkpoints.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/files/folder.hpp>
#include <deft/core/files/safetensors.hpp>
#include <deft/ops/state.hpp>

#include "checkpoint_folder.hpp"
#include "improvement.hpp"
#include "saved_state.hpp"

namespace deft {
namespace {

using Metadata = std::map<std::string, std::string>;

// What the best one says of itself in its metadata.
constexpr const char* metric_key = "metric";
constexpr const char* better_key = "better";

[[noreturn]] void refuse(const std::string& message, const std::string& cure,
                         SourceLocation where) {
  throw FileError(
      {.code = ErrorCode::invalid_argument, .message = message, .cure = cure, .where = where});
}

const char* to_string(Better better) { return better == Better::lower ? "lower" : "higher"; }

/// As few digits as give the same number back.
std::string text_of(double metric) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.begin(), text.end(), metric).ptr};
}

/// What `read` returns. If the bytes of the file are at fault, the error says too what to do
/// without the file.
template <class Read>
auto or_delete(const std::string& consequence, const Read& read) {
  try {
    return read();
  } catch (const FileError& error) {
    if (error.code() != ErrorCode::file_format) throw;
    ErrorInfo info = error.info();
    info.cure += (info.cure.empty() ? "" : "; ") + ("or delete it: then " + consequence);
    throw FileError(std::move(info));
  }
}

constexpr const char* without_best = "the next metric is the best one";

/// The metric of the best one at `path`, which a Checkpoints of the same options has left.
double read_best(const std::string& path, Better better, SourceLocation where) {
  const Metadata metadata =
      or_delete(without_best, [&] { return read_safetensors_metadata(path, where); });
  const auto text_at = [&](const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string() : found->second;
  };
  const std::string text = text_at(metric_key);
  double metric = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, metric);
  if (problem != std::errc{} || stop != end || !improves(better, metric, worst_metric(better)))
    refuse("'" + path + "' has no finite metric in its metadata, but '" + text + "'",
           "checkpoints keep the best one under this name: move the file away, or use another "
           "folder",
           where);
  if (text_at(better_key) != to_string(better))
    refuse("'" + path + "' is the best one of those of which the " + text_at(better_key) +
               " metric is better, but CheckpointsOptions::best says " + to_string(better),
           "keep to one of them, move the file away, or use another folder", where);
  return metric;
}

void check_metric(const CheckpointsOptions& options, const CheckpointSaveOptions& saved) {
  if (!saved.metric) return;
  if (!options.best)
    refuse("the metric " + text_of(*saved.metric) + " is given, but no best checkpoint is kept",
           "say which metric is better with CheckpointsOptions::best", saved.where);
  for (const char* key : {metric_key, better_key})
    if (saved.metadata.contains(key))
      refuse("the metadata has a '" + std::string(key) + "', '" + saved.metadata.at(key) +
                 "', beside the metric " + text_of(*saved.metric),
             "give it another name: the best one keeps its metric there", saved.where);
}

/// What `read` gives of the checkpoint of the highest step, if there is one.
template <class Read>
auto read_latest(const std::string& folder, SourceLocation where, const Read& read)
    -> std::optional<decltype(read(folder))> {
  const std::vector<std::int64_t> steps = steps_in(folder, where);
  if (steps.empty()) return std::nullopt;
  const std::string consequence =
      steps.size() == 1 ? "the training begins anew"
                        : "'" + step_path(folder, steps[steps.size() - 2]) + "' is the latest one";
  return or_delete(consequence, [&] { return read(step_path(folder, steps.back())); });
}

/// The value of the global step in the state that is saved.
std::int64_t step_in(const std::vector<NamedTensor>& state, const Output& step) {
  const auto found = std::ranges::find(state, step.name(), &NamedTensor::name);
  return found->tensor.item<std::int64_t>();
}

/// Refuses a step that no name has, or after which `steps` already go on.
void check_step(std::int64_t step, const std::vector<std::int64_t>& steps,
                const std::string& folder, SourceLocation where) {
  if (step < 0)
    refuse("the global step is " + std::to_string(step),
           "let it count from 0 on: checkpoints are named after it", where);
  if (!steps.empty() && steps.back() > step)
    refuse("'" + step_path(folder, steps.back()) + "' is of a later step than " +
               std::to_string(step) + ", which is to be saved",
           "delete the checkpoints of later steps to go on from here, restore_latest to go on from "
           "there, or use another folder",
           where);
}

}  // namespace

Checkpoints::Checkpoints(const Graph& graph, std::string folder, const CheckpointsOptions& options)
    : graph_(graph),
      folder_(std::move(folder)),
      options_(options),
      step_(global_step(graph, options.where)) {
  if (options.keep < 1)
    refuse("of the checkpoints in '" + folder_ + "' " + std::to_string(options.keep) +
               " are to be kept",
           "keep 1 or more", options.where);
  std::vector<Output>& variables = options_.variables;
  if (!variables.empty() && std::ranges::find(variables, step_) == variables.end())
    variables.push_back(step_);
  make_folder(folder_, options.where);
  if (!options.best) return;
  const std::string path = best_path(folder_);
  if (file_exists(path, options.where)) best_ = read_best(path, *options.best, options.where);
}

double Checkpoints::to_beat(SourceLocation where) const {
  return file_exists(best_path(folder_), where) ? best_ : worst_metric(*options_.best);
}

std::string Checkpoints::save(const Session& session, const CheckpointSaveOptions& options) {
  check_metric(options_, options);
  const std::lock_guard turn(saving_);
  const std::vector<NamedTensor> state = saved_state(
      session, options_.variables.empty() ? global_variables(graph_) : options_.variables,
      options.where);
  const std::int64_t step = step_in(state, step_);
  std::vector<std::int64_t> steps = steps_in(folder_, options.where);
  check_step(step, steps, folder_, options.where);

  // The best one first: a training that goes on after a kill between the two comes by this step
  // again, and finds its metric kept.
  if (options.metric && improves(*options_.best, *options.metric, to_beat(options.where))) {
    Metadata metadata = options.metadata;
    metadata[metric_key] = text_of(*options.metric);
    metadata[better_key] = to_string(*options_.best);
    write_safetensors(best_path(folder_), state, metadata, options.where);
    best_ = *options.metric;
  }
  std::string path = step_path(folder_, step);
  write_safetensors(path, state, options.metadata, options.where);

  if (steps.empty() || steps.back() != step) steps.push_back(step);
  const auto keep = static_cast<std::size_t>(options_.keep);
  for (std::size_t i = 0; i + keep < steps.size(); ++i)
    remove_file(step_path(folder_, steps[i]), options.where);
  return path;
}

std::optional<Restored> Checkpoints::restore_latest(Session& session, SourceLocation where) const {
  return read_latest(folder_, where, [&](const std::string& path) {
    return restore(session, path, {.only = options_.variables, .where = where});
  });
}

std::optional<Metadata> Checkpoints::latest_metadata(SourceLocation where) const {
  return read_latest(folder_, where, [&](const std::string& path) {
    return read_safetensors_metadata(path, where);
  });
}

std::optional<Restored> Checkpoints::restore_best(Session& session, SourceLocation where) const {
  const std::string path = best_path(folder_);
  if (!file_exists(path, where)) return std::nullopt;
  return or_delete(without_best, [&] {
    return restore(session, path, {.only = options_.variables, .where = where});
  });
}

std::vector<std::string> Checkpoints::paths(SourceLocation where) const {
  std::vector<std::string> paths;
  const std::vector<std::int64_t> steps = steps_in(folder_, where);
  paths.reserve(steps.size());
  for (const std::int64_t step : steps) paths.push_back(step_path(folder_, step));
  return paths;
}

}  // namespace deft
