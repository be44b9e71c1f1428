#include "summary.hpp"

#include "common/json.hpp"
#include "common/layout.hpp"
#include "common/text.hpp"

namespace examples::model {
namespace {

std::string table_of(const std::string& title, const std::vector<Value>& values) {
  std::string text = title + "\n";
  std::size_t longest = 0;
  for (const Value& value : values) longest = std::max(longest, width(printable(value.name)));
  for (const Value& value : values) {
    const std::string name = printable(value.name);
    text += "  " + name + std::string(longest - width(name) + 2, ' ') + printable(spec_of(value)) +
            '\n';
  }
  return text + (values.empty() ? "  none\n" : "");
}

std::string json_of(const Value& value) {
  std::string shape = "null";
  if (value.shape) {
    std::vector<std::string> dims;
    for (const std::string& dim : *value.shape) {
      const bool is_number = dim.find_first_not_of("0123456789") == std::string::npos;
      dims.push_back(is_number ? dim : json_string(dim));
    }
    shape = json_list(dims);
  }
  return json_object(
      {{"name", json_string(value.name)}, {"dtype", json_string(value.dtype)}, {"shape", shape}});
}

std::string json_of(const std::vector<Value>& values) {
  std::vector<std::string> items;
  for (const Value& value : values) items.push_back(json_of(value));
  return json_list(items);
}

}  // namespace

std::string spec_of(const Value& value) {
  if (!value.shape) return value.dtype.empty() ? "" : value.dtype + " of unknown rank";
  std::string dims;
  for (const std::string& dim : *value.shape) dims += (dims.empty() ? "" : ", ") + dim;
  return value.dtype + '[' + dims + ']';
}

std::string to_text(const Summary& summary) {
  std::string text = printable(summary.file, 200) + ": " + summary.format;
  for (const auto& [what, version] : summary.versions) text += ", " + what + ' ' + version;
  if (!summary.producer.empty()) text += ", by " + printable(summary.producer);
  text += "\n\n" + table_of("inputs", summary.inputs) + table_of("outputs", summary.outputs) +
          "parameters\n  " + std::to_string(summary.parameters) + " in " +
          plural(static_cast<std::size_t>(summary.parameter_bytes), "byte") + "\n\n";
  std::vector<Row> rows{{"operation", "nodes"}};
  for (const auto& [op, count] : summary.operations) {
    rows.push_back({printable(op), std::to_string(count)});
  }
  return text + aligned(rows);
}

std::vector<std::pair<std::string, std::string>> json_members(const Summary& summary) {
  std::vector<std::pair<std::string, std::string>> versions;
  for (const auto& [what, version] : summary.versions) {
    versions.emplace_back(what, json_string(version));
  }
  std::vector<std::pair<std::string, std::string>> operations;
  for (const auto& [op, count] : summary.operations) {
    operations.emplace_back(op, std::to_string(count));
  }
  return {{"file", json_string(summary.file)},
          {"format", json_string(summary.format)},
          {"versions", json_object(versions)},
          {"producer", json_string(summary.producer)},
          {"inputs", json_of(summary.inputs)},
          {"outputs", json_of(summary.outputs)},
          {"parameters", std::to_string(summary.parameters)},
          {"bytes", std::to_string(summary.parameter_bytes)},
          {"operations", json_object(operations)}};
}

}  // namespace examples::model
