#include "common/plot/panel.hpp"

#include <doctest/doctest.h>

#include <string>

#include "examples/xml.hpp"

namespace examples {
namespace {

std::string drawing_of(const Panel& panel) {
  Svg svg(Panel::width + Panel::legend_width, Panel::height);
  panel.draw(svg, 0);
  return svg.finish();
}

Panel example() {
  Panel panel;
  panel.x = linear_axis(0, 10);
  panel.y = linear_axis(0, 10);
  panel.series = {{"line & curve", "trained", {{1, 9}, {9, 9}}}};
  return panel;
}

/// The x of the box around the legend.
double legend_left(const std::string& svg) {
  const std::string before = "<rect class=\"legend\" x=\"";
  return std::stod(svg.substr(svg.find(before) + before.size()));
}

}  // namespace

TEST_CASE("the legend stands in the corner that hides less, or beside the panel") {
  Panel panel = example();
  panel.series[0].points = {{1, 10}, {2, 10}};
  const std::string svg = drawing_of(panel);
  CHECK(is_well_formed(svg));
  CHECK(svg.find(">line &amp; curve</text>") != std::string::npos);
  CHECK(legend_left(svg) > Panel::width / 2);
  CHECK(legend_left(svg) < Panel::width);
  panel.series[0].points = {{9, 10}};
  CHECK(legend_left(drawing_of(panel)) < Panel::width / 2);
  panel.legend_beside = true;
  CHECK(legend_left(drawing_of(panel)) > Panel::width - 24);
}

TEST_CASE("an axis is named with what its labels leave out") {
  Panel panel = example();
  panel.x_label = "t";
  panel.y_label = "v";
  panel.x = linear_axis(1.7e18, 1.7e18 + 1e9);
  panel.series[0].points = {{1.7e18, 1}, {1.7e18 + 1e9, 9}};
  const std::string svg = drawing_of(panel);
  CHECK(svg.find(">t - 1.7e+18</text>") != std::string::npos);
  CHECK(svg.find(">v</text>") != std::string::npos);
}

TEST_CASE("error bars have two ends and stay inside the axes") {
  Panel panel = example();
  CHECK(drawing_of(panel).find(" bar\"") == std::string::npos);
  panel.series[0].spread = {1, 1e6};
  const std::string svg = drawing_of(panel);
  CHECK(is_well_formed(svg));
  std::size_t bars = 0;
  const std::string before = "<line class=\"trained bar\"";
  for (std::size_t at = svg.find(before); at != std::string::npos; at = svg.find(before, at + 1)) {
    ++bars;
    for (const char* name : {" y1=\"", " y2=\""}) {
      const double y = std::stod(svg.substr(svg.find(name, at) + 5));
      CHECK(y >= 62);   // the margin above the axes
      CHECK(y <= 382);  // and their lower end
    }
  }
  CHECK(bars == 6);
}

}  // namespace examples
