#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/json.hpp"
#include "common/layout.hpp"
#include "common/numbers.hpp"
#include "common/text.hpp"

namespace examples::regression {
namespace {

/// The digits that the dtype has. A coefficient that was moved back from standardized columns may
/// be beyond it.
std::string exact(double value, deft::DType dtype) {
  const bool is_f32 =
      dtype == deft::DType::f32 && std::fabs(value) <= double{std::numeric_limits<float>::max()};
  return is_f32 ? shortest(static_cast<float>(value)) : shortest(value);
}

}  // namespace

std::string to_text(const Report& report, const Dataset& data, const Options& options) {
  const std::string dtype(deft::to_string(options.dtype));
  std::string title = plural(data.rows(), "row") + ", " + plural(data.features(), "feature") +
                      ", " + plural(static_cast<std::size_t>(report.threads), "thread");
  if (options.epochs > 0) {
    title += ", " + dtype + ", " + plural(static_cast<std::size_t>(options.epochs), "epoch") +
             " at learning rate " + shortest(options.learning_rate);
  }
  if (options.standardize) title += ", standardized columns";

  Row names{""};
  Row mse{"mse"};
  Row seconds{"seconds"};
  Row speed{"speed, plain loop = 1"};
  std::vector<Row> coefficients;
  for (const std::string& name : data.names) coefficients.push_back({printable(name, 24)});

  const auto add = [&](const Result& result, const std::string& name, deft::DType type) {
    names.push_back(name);
    for (std::size_t j = 0; j < coefficients.size(); ++j) {
      coefficients[j].push_back(exact(result.w[j], type));
    }
    mse.push_back(rounded(result.mse, 8));
    seconds.push_back(fixed_point(result.seconds, 6));
    if (!report.results.empty()) {
      speed.push_back(fixed_point(report.results[0].seconds / result.seconds, 2));
    }
  };
  add(report.closed_form, "closed form", deft::DType::f64);
  for (const Result& result : report.results) {
    std::string name = result.name;
    std::replace(name.begin(), name.end(), '_', ' ');
    add(result, name, options.dtype);
  }

  std::vector<Row> rows{names};
  rows.insert(rows.end(), coefficients.begin(), coefficients.end());
  rows.insert(rows.end(), {mse, seconds});
  if (!report.results.empty()) rows.push_back(speed);
  return title + "\n\n" + aligned(rows);
}

std::string to_json(const Report& report, const Dataset& data, const Options& options) {
  std::string results;
  for (const Result& result : report.results) {
    results += (results.empty() ? "" : ", ") + ("{\"name\": \"" + result.name) +
               "\", \"w\": " + json_array(result.w) + ", \"mse\": " + json_number(result.mse) +
               ", \"seconds\": " + json_number(result.seconds) + "}";
  }
  return "{\"rows\": " + std::to_string(data.rows()) +
         ", \"features\": " + std::to_string(data.features()) + ", \"dtype\": \"" +
         std::string(deft::to_string(options.dtype)) +
         "\", \"epochs\": " + std::to_string(options.epochs) +
         ", \"threads\": " + std::to_string(report.threads) +
         ", \"closed_form\": " + json_array(report.closed_form.w) + ", \"results\": [" + results +
         "]}\n";
}

}  // namespace examples::regression
