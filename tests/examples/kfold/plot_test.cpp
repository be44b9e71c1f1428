#include "kfold/plot.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "examples/text.hpp"
#include "examples/xml.hpp"

namespace examples::kfold {
namespace {

Report report_of(std::vector<Score> scores, Choice choice) {
  Report report;
  report.features = 6;
  report.folds = 5;
  report.scores = report.closed_form = std::move(scores);
  report.choice = choice;
  return report;
}

/// A drawing that a browser shows, with nothing outside the numbers that there are.
void check_drawing(std::string_view svg) {
  CHECK(is_well_formed(svg));
  CHECK(svg.starts_with("<svg "));
  CHECK_FALSE(has(svg, "nan"));
  CHECK_FALSE(has(svg, "inf"));
}

/// The coordinates of the points of the line of this style: x, y, x, y, ...
std::vector<double> points_of(const std::string& svg, const std::string& style) {
  const std::string before = "<polyline class=\"" + style + "\" points=\"";
  std::string list = svg.substr(svg.find(before) + before.size());
  list.resize(list.find('"'));
  std::replace(list.begin(), list.end(), ',', ' ');
  std::istringstream in(list);
  return {std::istream_iterator<double>(in), {}};
}

}  // namespace

TEST_CASE("errors over penalties, with error bars, and the choices marked") {
  const std::string svg =
      draw_plot(report_of({{0.1, 0.5, 2, 0.25}, {1, 0.75, 1, 0.125}, {10, 1, 1.1, 0.5}}, {1, 2}));
  check_drawing(svg);
  CHECK(has(svg, ">5-fold cross-validation</text>"));
  CHECK(has(svg, ">15 models of 6 features, trained in one graph</text>"));
  CHECK(has(svg, ">penalty</text>"));
  CHECK(has(svg, ">chosen: 1</text>"));
  CHECK(has(svg, ">one s.e.: 10</text>"));
  for (const char* style : {"validation", "training", "chosen", "simplest"}) {
    CAPTURE(style);
    CHECK(count_of(svg, "<polyline class=\"" + std::string(style) + "\"") == 1);
    CHECK(has(svg, "  ." + std::string(style) + " {"));
  }
  CHECK(count_of(svg, "<circle") == 4);                         // and one in the legend
  CHECK(count_of(svg, "<line class=\"validation bar\"") == 9);  // with two ends each
}

TEST_CASE("one choice has one mark") {
  const std::string svg = draw_plot(report_of({{0.1, 0.5, 2, 0.25}, {1, 0.75, 1, 0.125}}, {1, 1}));
  check_drawing(svg);
  CHECK(has(svg, ">chosen: 1</text>"));
  CHECK_FALSE(has(svg, "one s.e."));
}

TEST_CASE("both axes are logarithmic") {
  const std::vector<double> points = points_of(
      draw_plot(report_of({{0.1, 1, 4, 0}, {1, 1, 2, 0}, {10, 1, 1, 0}}, {2, 2})), "validation");
  REQUIRE(points.size() == 6);
  CHECK(points[2] - points[0] == doctest::Approx(points[4] - points[2]).epsilon(1e-3));
  CHECK(points[3] - points[1] == doctest::Approx(points[5] - points[3]).epsilon(1e-3));
  CHECK(points[3] > points[1]);
}

TEST_CASE("bars that reach below zero end at the axis, which they do not make longer") {
  const std::string svg = draw_plot(report_of({{0.1, 0.5, 1, 3}, {1, 0.75, 2, 0.125}}, {0, 1}));
  check_drawing(svg);
  CHECK(has(svg, "y1=\"382\""));  // the lower end of the axis
  const std::vector<double> errors = points_of(svg, "validation");
  REQUIRE(errors.size() == 4);
  CHECK(errors[1] - errors[3] > 60);  // pixels between an error of 1 and one of 2
}

TEST_CASE("extreme errors and penalties can be drawn") {
  check_drawing(draw_plot(report_of({{1, 0, 0, 0}}, {0, 0})));
  check_drawing(draw_plot(report_of({{1e-100, 0, 1, 1}, {1e100, 1e-30, 0, 0}}, {1, 1})));
  check_drawing(draw_plot(report_of({{1, 1e299, 1e300, 1e300}, {2, 1, 1e300, 0}}, {0, 1})));
}

}  // namespace examples::kfold
