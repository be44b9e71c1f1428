#include "plot.hpp"

#include <algorithm>
#include <cmath>

#include "common/numbers.hpp"
#include "common/plot/panel.hpp"
#include "common/text.hpp"

namespace examples::regression {
namespace {

constexpr std::size_t max_dots = 1500;  // more hide each other and make the file large
constexpr std::size_t curve_points = 200;

double lowest(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

double highest(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

/// The fit of one method to be drawn: gradient descent's if there is one.
const Result& best_known(const Report& report) {
  return report.results.empty() ? report.closed_form : report.results.back();
}

/// The rows to draw: all, or `max_dots` of them, evenly chosen.
std::vector<std::size_t> rows_to_draw(std::size_t rows) {
  const std::size_t stride = (rows + max_dots - 1) / max_dots;
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < rows; i += stride) chosen.push_back(i);
  return chosen;
}

std::string note_on_rows(std::size_t rows) {
  const std::size_t drawn = rows_to_draw(rows).size();
  return (drawn < rows ? std::to_string(drawn) + " of " : "") + std::to_string(rows) + " rows";
}

/// w as a polynomial in the only feature, at evenly spaced points of `axis`.
std::vector<Point> polynomial(const std::vector<double>& w, bool intercept, const Axis& axis) {
  std::vector<Point> points;
  for (std::size_t i = 0; i <= curve_points; ++i) {
    const double t = static_cast<double>(i) / curve_points;
    const double x = axis.low * (1 - t) + axis.high * t;
    double y = 0;  // Horner's rule
    for (std::size_t j = w.size(); j-- > 0;) y = y * x + w[j];
    if (!intercept) y *= x;
    if (std::isfinite(y)) points.push_back({x, y});
  }
  return points;
}

Axis axis_over(const std::vector<Series>& all) {
  double min = all[0].points[0].y;
  double max = min;
  for (const Series& series : all) {
    for (const Point& p : series.points) {
      min = std::min(min, p.y);
      max = std::max(max, p.y);
    }
  }
  return linear_axis(min, max);
}

/// The target over the only feature, and the curves of the fits.
Panel fit_panel(const Dataset& data, const Report& report) {
  const std::size_t feature = data.intercept ? 1 : 0;
  const std::vector<double>& x = data.columns[feature];
  Panel panel;
  panel.title = "Fit";
  panel.note = note_on_rows(data.rows());
  panel.x_label = data.names[feature];
  panel.y_label = data.target_name;
  panel.x = linear_axis(lowest(x), highest(x));

  Series rows{"data", "data", {}};
  for (const std::size_t i : rows_to_draw(data.rows()))
    rows.points.push_back({x[i], data.target[i]});
  panel.series.push_back(rows);
  if (!report.results.empty()) {
    panel.series.push_back({"gradient descent", "trained",
                            polynomial(report.results.back().w, data.intercept, panel.x)});
  }
  panel.series.push_back(
      {"closed form", "closed", polynomial(report.closed_form.w, data.intercept, panel.x)});
  panel.y = axis_over(panel.series);
  return panel;
}

/// Fitted over true values of the target: on the diagonal, if the fit is perfect.
Panel prediction_panel(const Dataset& data, const Report& report) {
  const std::vector<double>& w = best_known(report).w;
  Panel panel;
  panel.title = "Fitted and true values";
  panel.note = note_on_rows(data.rows());
  panel.x_label = data.target_name;
  panel.y_label = "fitted " + printable(data.target_name);
  panel.x = linear_axis(lowest(data.target), highest(data.target));

  Series rows{report.results.empty() ? "closed form" : "gradient descent", "data", {}};
  for (const std::size_t i : rows_to_draw(data.rows())) {
    double fitted = 0;
    for (std::size_t j = 0; j < w.size(); ++j) fitted += w[j] * data.columns[j][i];
    rows.points.push_back({data.target[i], fitted});
  }
  panel.series.push_back(rows);
  panel.series.push_back(
      {"perfect fit", "closed", {{panel.x.low, panel.x.low}, {panel.x.high, panel.x.high}}});
  panel.y = axis_over(panel.series);
  return panel;
}

/// The error over the epochs, and the least possible one.
Panel loss_panel(const Report& report, const std::vector<LossSample>& losses) {
  // A perfect fit has no logarithm.
  const double visible = std::max(1e-16 * losses.front().mse, 1e-290);
  const double least = std::max(report.closed_form.mse, visible);
  Series trained{"gradient descent", "trained", {}};
  double min = least;
  double max = least;
  for (const LossSample& loss : losses) {
    const double mse = std::max(loss.mse, visible);
    min = std::min(min, mse);
    max = std::max(max, mse);
    trained.points.push_back({static_cast<double>(loss.epoch), mse});
  }
  const double epochs = trained.points.back().x;

  Panel panel;
  panel.title = "Mean squared error";
  panel.note = rounded(losses.back().mse, 6) + " after the last epoch";
  panel.x_label = "epoch";
  panel.y_label = "mse";
  panel.x = linear_axis(0, epochs);
  panel.y = log_axis(min, max);
  panel.series = {trained,
                  {"closed form: " + rounded(report.closed_form.mse, 6),
                   "closed",
                   {{panel.x.low, least}, {panel.x.high, least}}}};
  return panel;
}

}  // namespace

std::string draw_plot(const Dataset& data, const Report& report,
                      const std::vector<LossSample>& losses, const Options& options) {
  const bool one_feature = data.features() == static_cast<std::size_t>(options.degree);
  Svg svg(losses.empty() ? Panel::width : 2 * Panel::width, Panel::height);
  (one_feature ? fit_panel(data, report) : prediction_panel(data, report)).draw(svg, 0);
  if (!losses.empty()) loss_panel(report, losses).draw(svg, Panel::width);
  return svg.finish();
}

}  // namespace examples::regression
