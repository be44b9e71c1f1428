#include "import.hpp"

#include <algorithm>
#include <utility>

#include "common/errors.hpp"
#include "common/stopwatch.hpp"
#include "common/text.hpp"

namespace examples::model {
namespace {

const Value* find_input(const Summary& summary, const std::string& name) {
  const auto found = std::ranges::find(summary.inputs, name, &Value::name);
  return found == summary.inputs.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const std::vector<Value>& values) {
  std::vector<std::string> names;
  for (const Value& value : values) names.push_back(value.name);
  return names;
}

bool fits(const deft::Tensor& tensor, const Value& input) {
  if (to_string(tensor.dtype()) != input.dtype) return false;
  if (!input.shape) return true;
  const auto dims = tensor.shape().dims();
  return std::equal(dims.begin(), dims.end(), input.shape->begin(), input.shape->end(),
                    [](std::int64_t is, const std::string& declared) {
                      const bool is_open =
                          declared.find_first_not_of("0123456789") != std::string::npos;
                      return is_open || std::to_string(is) == declared;
                    });
}

void check_dims(const Summary& summary, const Options& options) {
  std::vector<std::string> names;
  for (const Value& input : summary.inputs) {
    if (!input.shape) continue;
    for (const std::string& dim : *input.shape) {
      const bool has_name = dim.find_first_not_of("0123456789?") != std::string::npos;
      if (has_name && std::ranges::find(names, dim) == names.end()) names.push_back(dim);
    }
  }
  for (const auto& [name, size] : options.dims) {
    if (std::ranges::find(names, name) == names.end()) {
      throw UserError("--dims: no input has a dimension " + quoted(name) + "; " +
                      (names.empty() ? "none has a name" : "there are " + list_of(names)));
    }
  }
}

ImportRequest request_for(const ModelFile& file, const Options& options,
                          const std::vector<deft::NamedTensor>& given, const std::string& source) {
  const Summary& summary = file.summary();
  check_dims(summary, options);
  ImportRequest request;
  request.dims = options.dims;
  request.batch = options.batch;
  request.outputs = options.outputs;
  for (const auto& [name, tensor] : given) {
    if (const Value* input = find_input(summary, name)) {
      if (!fits(tensor, *input)) {
        throw UserError(quoted(name) + " is " + to_string(tensor.spec()) + " in " +
                        printable(source, 200) + ", and " + spec_of(*input) + " in the model");
      }
      request.shapes.emplace(name, tensor.shape());
    } else if (file.is_parameter(name)) {
      request.constants.emplace(name, tensor);
    } else {
      throw UserError(printable(source, 200) + " has " + quoted(name) +
                      ", which is no input of the model; it has " +
                      list_of(names_of(summary.inputs)));
    }
  }
  return request;
}

/// Shapes, axes, numbers of times, conditions: short, and mostly integers.
bool may_be_constant(const deft::NamedTensor& input, bool floating_too) {
  if (input.tensor.shape().rank() > 1) return false;
  return floating_too || !deft::is_floating(input.tensor.dtype());
}

/// Makes inputs constants, all that may be such, if the model can be imported then; and then none
/// of those that it does without. False if it cannot.
bool add_constants(const ModelFile& file, const std::vector<deft::NamedTensor>& given,
                   bool floating_too, ImportRequest& request) {
  ImportRequest tried = request;
  std::vector<std::string> added;
  for (const deft::NamedTensor& input : given) {
    if (may_be_constant(input, floating_too) &&
        tried.constants.emplace(input.name, input.tensor).second) {
      added.push_back(input.name);
    }
  }
  const auto works = [&] {
    try {
      file.import(tried);
      return true;
    } catch (const deft::Error&) {
      return false;
    }
  };
  if (added.empty() || !works()) return false;
  for (const std::string& name : added) {
    auto left_out = tried.constants.extract(name);
    if (!works()) tried.constants.insert(std::move(left_out));
  }
  request = tried;
  return true;
}

}  // namespace

ImportError::ImportError(const deft::Error& error) : std::runtime_error(error.info().message) {
  const std::string separator = "\n  ";
  const std::string& text = error.info().message;
  std::size_t at = text.find(separator);
  if (at == std::string::npos) {
    const std::string& cure = error.info().cure;
    reasons_.push_back(text + (cure.empty() ? "" : "; " + cure));
  }
  while (at != std::string::npos) {
    const std::size_t begin = at + separator.size();
    at = text.find(separator, begin);
    reasons_.push_back(text.substr(begin, at == std::string::npos ? at : at - begin));
  }
}

Imported import_model(const ModelFile& file, const Options& options,
                      const std::vector<deft::NamedTensor>& given, const std::string& source) {
  Imported result;
  ImportRequest& request = result.request;
  request = request_for(file, options, given, source);
  const auto import = [&] {
    const Stopwatch stopwatch;
    result.model = file.import(request);
    result.seconds = stopwatch.seconds();
  };
  try {
    import();
  } catch (const deft::Error& error) {
    if (!add_constants(file, given, false, request) && !add_constants(file, given, true, request)) {
      throw ImportError(error);
    }
    import();
    for (const auto& [name, value] : request.constants) {
      if (!file.is_parameter(name)) result.constants.push_back(name);
    }
  }
  return result;
}

}  // namespace examples::model
