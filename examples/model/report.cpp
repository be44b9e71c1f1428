#include "report.hpp"

#include <algorithm>
#include <cmath>

#include "common/json.hpp"
#include "common/layout.hpp"
#include "common/numbers.hpp"
#include "common/text.hpp"

namespace examples::model {
namespace {

std::string milliseconds(double seconds) { return rounded(seconds * 1e3, 4) + " ms"; }

std::string support_text(const Report& report) {
  if (report.is_supported()) {
    return report.import_seconds ? "\nall of it can be imported\n" : "";
  }
  std::string text = "\ncannot be imported\n";
  for (const std::string& reason : report.unsupported)
    text += "  " + printable(reason, 1000) + '\n';
  return text;
}

/// Least, mean and largest of the elements; nothing of none.
Row statistics(const deft::Tensor& tensor) {
  const std::vector<double> values = tensor.to<double>();
  if (values.empty()) return {"", "", ""};
  double sum = 0;
  for (const double value : values) sum += value;
  const auto [least, largest] = std::ranges::minmax_element(values);
  return {rounded(*least, 6), rounded(sum / static_cast<double>(values.size()), 6),
          rounded(*largest, 6)};
}

std::string outputs_text(const std::vector<deft::NamedTensor>& outputs) {
  std::vector<Row> rows{{"output", "", "least", "mean", "largest"}};
  for (const auto& [name, tensor] : outputs) {
    Row& row = rows.emplace_back(Row{printable(name), to_string(tensor.spec())});
    for (std::string& number : statistics(tensor)) row.push_back(std::move(number));
  }
  return aligned(rows);
}

std::string differences_text(const std::vector<Difference>& differences) {
  std::vector<Row> rows{{"compared", "largest absolute", "largest relative", ""}};
  for (const Difference& one : differences) {
    if (!one.problem.empty()) {
      rows.push_back({printable(one.name), "", "", one.problem});
    } else {
      rows.push_back({printable(one.name), rounded(one.absolute, 3), rounded(one.relative, 3),
                      one.is_allowed ? "as expected" : "beyond what is allowed"});
    }
  }
  return "\n" + aligned(rows);
}

std::string timing_text(const Timing& timing, double import_seconds) {
  return "\n" +
         aligned({{"import", milliseconds(import_seconds)},
                  {"plan and first run", milliseconds(timing.first)},
                  {"run, median of " + std::to_string(timing.runs), milliseconds(timing.median)},
                  {"run, fastest", milliseconds(timing.fastest)},
                  {"threads", std::to_string(timing.threads)}});
}

/// A number in JSON, which has none that is not finite.
std::string json_of(double number) { return std::isfinite(number) ? json_number(number) : "null"; }

std::string json_of(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  for (const std::string& text : texts) items.push_back(json_string(text));
  return json_list(items);
}

std::string json_of(const deft::NamedTensor& output) {
  std::vector<std::string> dims;
  for (const std::int64_t dim : output.tensor.shape().dims()) dims.push_back(std::to_string(dim));
  return json_object({{"name", json_string(output.name)},
                      {"dtype", json_string(to_string(output.tensor.dtype()))},
                      {"shape", json_list(dims)}});
}

std::string json_of(const Difference& one) {
  return json_object({{"name", json_string(one.name)},
                      {"problem", json_string(one.problem)},
                      {"absolute", json_of(one.absolute)},
                      {"relative", json_of(one.relative)},
                      {"allowed", one.is_allowed ? "true" : "false"}});
}

std::string json_of(const Timing& timing) {
  return json_object({{"first_run_seconds", json_of(timing.first)},
                      {"median_seconds", json_of(timing.median)},
                      {"fastest_seconds", json_of(timing.fastest)},
                      {"runs", std::to_string(timing.runs)},
                      {"threads", std::to_string(timing.threads)}});
}

template <class T>
std::string json_of_all(const std::vector<T>& all) {
  std::vector<std::string> items;
  for (const T& one : all) items.push_back(json_of(one));
  return json_list(items);
}

}  // namespace

bool Report::is_allowed() const {
  return std::ranges::all_of(differences, [](const Difference& one) { return one.is_allowed; });
}

std::string to_text(const Report& report) {
  std::string text;
  if (report.shows_summary) text += to_text(report.summary) + support_text(report);
  if (!report.constants.empty()) {
    text += "inputs that are constants of the graph: " + list_of(report.constants) + "\n\n";
  }
  if (report.results) text += outputs_text(report.results->outputs);
  if (!report.differences.empty()) text += differences_text(report.differences);
  if (report.results && report.results->timing) {
    text += timing_text(*report.results->timing, report.import_seconds.value_or(0));
  }
  return text;
}

std::string to_json(const Report& report) {
  std::vector<std::pair<std::string, std::string>> members = json_members(report.summary);
  members.emplace_back("unsupported", json_of(report.unsupported));
  members.emplace_back("constants", json_of(report.constants));
  if (report.import_seconds) {
    members.emplace_back("import_seconds", json_of(*report.import_seconds));
  }
  if (report.results) members.emplace_back("results", json_of_all(report.results->outputs));
  if (!report.differences.empty()) {
    members.emplace_back("differences", json_of_all(report.differences));
  }
  if (report.results && report.results->timing) {
    members.emplace_back("timing", json_of(*report.results->timing));
  }
  return json_object(members) + "\n";
}

}  // namespace examples::model
