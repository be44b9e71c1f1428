#include "compute.hpp"

#include <algorithm>
#include <cstddef>

#include <deft/core/topology.hpp>

#include "common/errors.hpp"
#include "common/numpy_random.hpp"
#include "common/stopwatch.hpp"
#include "common/text.hpp"

namespace examples::model {
namespace {

constexpr std::int64_t profiled_runs = 10;

std::vector<deft::Output> outputs_of(const std::vector<deft::NamedOutput>& named) {
  std::vector<deft::Output> outputs;
  for (const deft::NamedOutput& one : named) outputs.push_back(one.output);
  return outputs;
}

/// The values of those inputs that are fed; of the others, the names.
struct Feeding {
  std::vector<deft::Output> placeholders;
  std::vector<deft::Tensor> values;
  std::vector<deft::NamedOutput> missing;
};

Feeding feeding_of(const Model& model, const std::vector<deft::NamedTensor>& given) {
  Feeding feeding;
  for (const deft::NamedOutput& input : model.inputs) {
    const auto found = std::ranges::find(given, input.name, &deft::NamedTensor::name);
    if (found == given.end()) {
      feeding.missing.push_back(input);
      continue;
    }
    feeding.placeholders.push_back(input.output);
    feeding.values.push_back(found->tensor);
  }
  return feeding;
}

/// Refuses inputs that lack an input that the outputs need.
void check_missing(const Model& model, const Feeding& feeding,
                   const std::vector<deft::NamedTensor>& given, const std::string& source) {
  std::vector<deft::NodeId> roots;
  for (const deft::NamedOutput& output : model.outputs) roots.push_back(output.output.node_id());
  const std::vector<deft::NodeId> needed = deft::execution_order(model.graph, roots);
  for (const deft::NamedOutput& input : feeding.missing) {
    if (std::ranges::find(needed, input.output.node_id()) == needed.end()) continue;
    std::vector<std::string> names;
    for (const deft::NamedTensor& tensor : given) names.push_back(tensor.name);
    throw UserError("the outputs need the input " + quoted(input.name) + ", " +
                    to_string(input.output.spec()) + ", which " + printable(source, 200) +
                    " does not have; it has " + (names.empty() ? "nothing" : list_of(names)));
  }
}

/// Runs for as long as the user wants, thrice at least.
Timing measured(const deft::Callable& run, const std::vector<deft::Tensor>& values,
                double seconds) {
  std::vector<double> times;
  const Stopwatch all;
  do {
    const Stopwatch one;
    run(values);
    times.push_back(one.seconds());
  } while (times.size() < 3 || all.seconds() < seconds);
  std::ranges::sort(times);
  Timing timing;
  timing.median = times[times.size() / 2];
  timing.fastest = times.front();
  timing.runs = static_cast<std::int64_t>(times.size());
  return timing;
}

deft::Tensor random_tensor(const deft::TensorSpec& spec, NumpyRandom& random) {
  std::vector<std::int64_t> dims;
  for (const std::int64_t dim : spec.shape.dims()) {
    dims.push_back(dim == deft::Shape::unknown ? 1 : dim);
  }
  const deft::Shape shape{std::span<const std::int64_t>(dims)};
  std::vector<double> values(static_cast<std::size_t>(shape.num_elements()));
  for (double& value : values) {
    value = random.uniform();
    if (!deft::is_floating(spec.dtype)) value = value < 0.5 ? 0 : 1;
  }
  return deft::Tensor::from(shape, std::move(values)).to(spec.dtype);
}

}  // namespace

std::vector<deft::NamedTensor> random_inputs(const Model& model) {
  NumpyRandom random(1);
  std::vector<deft::NamedTensor> inputs;
  for (const deft::NamedOutput& input : model.inputs) {
    inputs.push_back({input.name, random_tensor(input.output.spec(), random)});
  }
  return inputs;
}

Results compute(const Model& model, const Options& options,
                const std::vector<deft::NamedTensor>& given, const std::string& source) {
  deft::Session session(model.graph, {.threads = options.threads});
  session.set(variable_values(model));
  const Feeding feeding = feeding_of(model, given);
  check_missing(model, feeding, given, source);
  Results results;
  const deft::Callable run = session.prepare(outputs_of(model.outputs), feeding.placeholders);
  const Stopwatch stopwatch;
  const std::vector<deft::Tensor> values = run(feeding.values);
  const double first = stopwatch.seconds();
  for (std::size_t i = 0; i < values.size(); ++i) {
    results.outputs.push_back({model.outputs[i].name, values[i]});
  }
  if (options.time) {
    results.timing = measured(run, feeding.values, *options.time);
    results.timing->first = first;
    results.timing->threads = session.threads();
  }
  if (!options.profile.empty()) {
    for (std::int64_t i = 0; i < profiled_runs; ++i) {
      run(feeding.values, {.profile = &results.profile});
    }
  }
  return results;
}

}  // namespace examples::model
