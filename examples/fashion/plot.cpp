#include "plot.hpp"

#include <algorithm>

#include "common/numbers.hpp"
#include "common/plot/panel.hpp"
#include "mistakes_plot.hpp"

namespace examples::fashion {
namespace {

constexpr std::string_view styles = R"(
  .test { fill: none; stroke: #e4572e; stroke-width: 2.5; stroke-linejoin: round; }
  .right { fill: #4a86c5; }
  .wrong { fill: #e4572e; }
  .cell { fill: #ffffff; stroke: #e9edf2; }
  .count { font-size: 11px; fill: #1f2933; }
)";

/// What an Epoch holds, over the epochs: the training's part and the test's.
Panel curves(const Report& report, const std::string& title, double Epoch::*train,
             double Epoch::*test) {
  Panel panel;
  panel.title = title;
  panel.note = "training: with dropout; test: after each epoch";
  panel.x_label = "epoch";
  panel.y_label = title;
  panel.series = {{"training", "training", {}}, {"test", "test", {}}};
  double low = report.epochs[0].*train;
  double high = low;
  for (std::size_t i = 0; i < report.epochs.size(); ++i) {
    const Epoch& epoch = report.epochs[i];
    const auto x = static_cast<double>(i + 1);
    panel.series[0].points.push_back({x, epoch.*train});
    panel.series[1].points.push_back({x, epoch.*test});
    low = std::min({low, epoch.*train, epoch.*test});
    high = std::max({high, epoch.*train, epoch.*test});
  }
  panel.x = linear_axis(1, static_cast<double>(report.epochs.size()));
  panel.y = linear_axis(low, high);
  return panel;
}

/// A square for each pair of classes, the fuller the more pictures of its row it has.
void draw_confusion(Svg& svg, const Evaluation& test, Point corner) {
  constexpr double cell = 32;
  draw_heading(svg, corner, "Confusion matrix",
               "test pictures: rows are what they show, columns the guess");
  const Point first{corner.x + 70, corner.y + 62};
  for (std::size_t truth = 0; truth < class_names.size(); ++truth) {
    const double y = first.y + cell * static_cast<double>(truth);
    svg.text({first.x - 6, y + cell / 2 + 4}, class_names[truth], "tick", "end");
    std::int64_t all = 0;
    for (const std::int64_t count : test.confusion[truth]) all += count;
    for (std::size_t guess = 0; guess < class_names.size(); ++guess) {
      const double x = first.x + cell * static_cast<double>(guess);
      const std::int64_t count = test.confusion[truth][guess];
      svg.rectangle({x, y}, cell, cell, "cell");
      if (count == 0) continue;
      const double filled = cell * static_cast<double>(count) / static_cast<double>(all);
      svg.rectangle({x, y + cell - filled}, cell, filled, truth == guess ? "right" : "wrong");
      svg.text({x + cell / 2, y + cell / 2 + 4}, std::to_string(count), "count", "middle");
    }
  }
  for (std::size_t guess = 0; guess < class_names.size(); ++guess) {
    const double x = first.x + cell * (static_cast<double>(guess) + 0.5);
    svg.upward_text({x + 4, first.y + cell * 10 + 32}, class_names[guess], "tick");
  }
}

}  // namespace

std::string draw_plot(const Report& report, const Pictures& test) {
  Svg svg(2 * Panel::width, 2 * Panel::height, std::string(styles) + std::string(picture_styles));
  curves(report, "Loss", &Epoch::train_loss, &Epoch::test_loss).draw(svg, 0);
  curves(report, "Accuracy", &Epoch::train_accuracy, &Epoch::test_accuracy).draw(svg, Panel::width);
  draw_confusion(svg, report.test, {24, Panel::height});
  draw_mistakes(svg, report.test, test, {Panel::width + 24, Panel::height});
  return svg.finish();
}

}  // namespace examples::fashion
