#include "regression/plot.hpp"

#include <doctest/doctest.h>

#include <string_view>

#include "examples/text.hpp"

namespace examples::regression {
namespace {

bool has_only_finite_numbers(std::string_view svg) { return !has(svg, "nan") && !has(svg, "inf"); }

Report report_of(std::vector<double> closed_form, std::vector<Result> results) {
  Report report;
  report.closed_form = {"closed_form", closed_form, 0.01, 0.001};
  report.results = std::move(results);
  return report;
}

}  // namespace

TEST_CASE("one feature: data, fits and the loss curve") {
  Options options;
  options.rows = 100;
  const Dataset data = load_dataset(options);
  const Report report = report_of({3, 2}, {{"graph_symbolic", {2.9, 2.1}, 0.02, 0.1}});
  const std::string svg = draw_plot(data, report, {{0, 25.0}, {5, 1.0}, {10, 0.02}}, options);
  CHECK(count_of(svg, "<circle") == 101);  // and one in the legend
  CHECK(count_of(svg, "<polyline class=\"trained\"") == 2);
  CHECK(count_of(svg, "<polyline class=\"closed\"") == 2);
  CHECK(has(svg, ">Fit</text>"));
  CHECK(has(svg, ">100 rows</text>"));
  CHECK(has(svg, ">x</text>"));
  CHECK(has(svg, ">d</text>"));
  CHECK(has(svg, ">epoch</text>"));
  CHECK(has(svg, ">closed form: 0.01</text>"));
  CHECK(has_only_finite_numbers(svg));
}

TEST_CASE("of many rows some are drawn") {
  Options options;
  options.rows = 10'000;
  const std::string svg = draw_plot(load_dataset(options), report_of({3, 2}, {}), {}, options);
  CHECK(count_of(svg, "<circle") <= 1501);
  CHECK(has(svg, " of 10000 rows</text>"));
}

TEST_CASE("the closed form alone has one panel and one curve") {
  Options options;
  options.rows = 10;
  options.degree = 3;
  const std::string svg =
      draw_plot(load_dataset(options), report_of({3, 2, 0, 1}, {}), {}, options);
  CHECK(count_of(svg, "<polyline") == 1);
  CHECK_FALSE(has(svg, ">epoch</text>"));
}

TEST_CASE("several features: fitted over true values") {
  const Dataset data = make_dataset({{"a", "b", "<y>"}, {{1, 2, 3}, {4, 5, 7}, {7, 8, 9}}}, {}, "");
  const std::string svg = draw_plot(data, report_of({1, 2, 3}, {}), {}, {});
  CHECK(count_of(svg, "<circle") == 4);
  CHECK(has(svg, ">fitted &lt;y&gt;</text>"));
  CHECK(has(svg, ">perfect fit</text>"));
  CHECK_FALSE(has(svg, "<y>"));
}

TEST_CASE("data without extent and perfect fits can be drawn") {
  const Dataset data = make_dataset({{"x", "y"}, {{5, 5}, {0, 0}}}, {}, "");
  const Report report = report_of({0, 0}, {{"graph_manual", {0, 0}, 0.0, 0.1}});
  const std::string svg = draw_plot(data, report, {{0, 0.0}, {1, 0.0}}, {});
  CHECK(has(svg, "</svg>"));
  CHECK(has_only_finite_numbers(svg));
}

TEST_CASE("data as large as numbers can be") {
  const Dataset data = make_dataset({{"x", "y"}, {{-1e308, 1e308}, {-1.7e308, 1.7e308}}}, {}, "");
  const std::string svg = draw_plot(data, report_of({0, 1.7}, {}), {}, {});
  CHECK(has_only_finite_numbers(svg));
}

}  // namespace examples::regression
