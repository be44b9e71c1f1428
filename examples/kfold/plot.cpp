#include "plot.hpp"

#include <algorithm>
#include <vector>

#include "common/layout.hpp"
#include "common/numbers.hpp"
#include "common/plot/panel.hpp"

namespace examples::kfold {
namespace {

constexpr std::string_view styles = R"(
  .validation { fill: none; stroke: #e4572e; stroke-width: 2.5; stroke-linejoin: round; }
  .chosen { fill: none; stroke: #1f2933; stroke-width: 1.5; }
  .simplest { fill: none; stroke: #1f2933; stroke-width: 1.5; stroke-dasharray: 2 4; }
  .bar { stroke-width: 1; }
)";

/// A logarithmic axis for all errors, with their bars as far as they have logarithms.
Axis error_axis(const std::vector<Score>& scores) {
  double largest = 0;
  for (const Score& score : scores) {
    largest = std::max({largest, score.validation_mse + score.standard_error, score.training_mse});
  }
  const double visible = std::max(1e-16 * largest, 1e-290);  // a perfect fit has no logarithm
  double smallest = std::max(largest, visible);
  for (const Score& score : scores) {
    const double foot = score.validation_mse - score.standard_error;
    for (const double value : {score.training_mse, foot > visible ? foot : score.validation_mse}) {
      smallest = std::min(smallest, std::max(value, visible));
    }
  }
  return log_axis(smallest, largest);
}

Series vertical(const std::string& name, const std::string& style, double x, const Axis& y) {
  return {name, style, {{x, y.low}, {x, y.high}}};
}

}  // namespace

std::string draw_plot(const Report& report) {
  const std::vector<Score>& scores = report.scores;
  Panel panel;
  panel.title = std::to_string(report.folds) + "-fold cross-validation";
  panel.note = plural(report.models(), "model") + " of " + plural(report.features, "feature") +
               ", trained in one graph";
  panel.x_label = "penalty";
  panel.y_label = "mean squared error";
  panel.x = log_axis(scores.front().penalty, scores.back().penalty);
  panel.y = error_axis(scores);

  const auto visible = [&](double value) { return std::max(value, panel.y.low); };
  Series validation{"validation", "validation", {}};
  Series training{"training", "training", {}};
  Series closed_form{"closed form", "data", {}};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double penalty = scores[i].penalty;
    validation.points.push_back({penalty, visible(scores[i].validation_mse)});
    validation.spread.push_back(scores[i].standard_error);
    training.points.push_back({penalty, visible(scores[i].training_mse)});
    closed_form.points.push_back({penalty, visible(report.closed_form[i].validation_mse)});
  }
  const double best = scores[report.choice.best].penalty;
  const double simplest = scores[report.choice.simplest].penalty;
  panel.series = {validation, closed_form, training,
                  vertical("chosen: " + rounded(best, 4), "chosen", best, panel.y)};
  if (simplest != best) {
    panel.series.push_back(
        vertical("one s.e.: " + rounded(simplest, 4), "simplest", simplest, panel.y));
  }
  Svg svg(Panel::width + Panel::legend_width, Panel::height, styles);
  panel.legend_beside = true;
  panel.draw(svg, 0);
  return svg.finish();
}

}  // namespace examples::kfold
