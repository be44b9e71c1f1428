#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// A point of a drawing, in pixels from the upper left corner.
struct Point {
  double x = 0;
  double y = 0;
};

/// A drawing in Scalable Vector Graphics 1.1. Styles are names of CSS classes, which svg.cpp lists.
class Svg {
 public:
  /// `more_styles`: rules of CSS for other classes, which are the program's own.
  Svg(double width, double height, std::string_view more_styles = {});

  void line(Point from, Point to, std::string_view style);
  void polyline(const std::vector<Point>& points, std::string_view style);
  void dots(const std::vector<Point>& points, double radius, std::string_view style);
  void rectangle(Point corner, double width, double height, std::string_view style);

  /// One line of text; `anchor` is the part of it at `at`: start, middle or end.
  void text(Point at, std::string_view content, std::string_view style,
            std::string_view anchor = "start");

  /// The same, read upwards.
  void upward_text(Point at, std::string_view content, std::string_view style);

  /// The whole file.
  std::string finish() const;

 private:
  std::string body_;
};

}  // namespace examples
