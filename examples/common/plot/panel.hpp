#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "axis.hpp"
#include "svg.hpp"

namespace examples {

/// A set of points in the coordinates of the data, and how to draw it.
struct Series {
  std::string name;   // for the legend
  std::string style;  // "data" is drawn as dots, others as lines
  std::vector<Point> points;
  /// Half the lengths of error bars, one per point, or none. Drawn in `style` and the style "bar".
  std::vector<double> spread = {};
};

/// A diagram with axes, ticks and a legend.
struct Panel {
  static constexpr double width = 480;
  static constexpr double height = 440;
  static constexpr double legend_width = 190;

  std::string title;
  std::string note;
  std::string x_label;
  std::string y_label;
  Axis x;
  Axis y;
  std::vector<Series> series;
  /// In a drawing that is wider by legend_width, beside the panel; else in an upper corner of it.
  bool legend_beside = false;

  /// Draws it with its upper left corner at (left, 0).
  void draw(Svg& svg, double left) const;
};

/// The title and, below it, the note of a part of a drawing that begins at `corner`.
void draw_heading(Svg& svg, Point corner, std::string_view title, std::string_view note);

}  // namespace examples
