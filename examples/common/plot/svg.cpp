#include "svg.hpp"

#include "common/numbers.hpp"
#include "common/text.hpp"

namespace examples {
namespace {

constexpr std::string_view styles = R"(
  text { font-family: "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif; }
  .background { fill: #ffffff; }
  .frame { fill: none; stroke: #c5ced8; }
  .grid { stroke: #e9edf2; }
  .title { font-size: 16px; font-weight: bold; fill: #1f2933; }
  .note, .tick { font-size: 12px; fill: #66717f; }
  .label { font-size: 13px; fill: #3b4652; }
  .legend { fill: #ffffff; fill-opacity: 0.85; }
  .data { fill: #4a86c5; fill-opacity: 0.45; }
  .training { fill: none; stroke: #66717f; stroke-width: 1.5; stroke-dasharray: 7 5; }
  .trained { fill: none; stroke: #e4572e; stroke-width: 2.5; stroke-linejoin: round; }
  .closed { fill: none; stroke: #1f2933; stroke-width: 1.5; stroke-dasharray: 7 5; }
)";

/// To a hundredth of a pixel.
std::string pixels(double value) { return rounded(value, 6); }

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + pixels(value) + "\"";
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text, 80)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace

Svg::Svg(double width, double height, std::string_view more_styles) {
  body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width) +
          attribute("height", height) + " viewBox=\"0 0 " + pixels(width) + " " + pixels(height) +
          "\">\n<style>" + std::string(styles).append(more_styles) + "</style>\n";
  rectangle({0, 0}, width, height, "background");
}

void Svg::line(Point from, Point to, std::string_view style) {
  body_ += "<line" + attribute("class", style) + attribute("x1", from.x) + attribute("y1", from.y) +
           attribute("x2", to.x) + attribute("y2", to.y) + "/>\n";
}

void Svg::polyline(const std::vector<Point>& points, std::string_view style) {
  std::string list;
  for (const Point& p : points) list += (list.empty() ? "" : " ") + pixels(p.x) + "," + pixels(p.y);
  body_ += "<polyline" + attribute("class", style) + attribute("points", list) + "/>\n";
}

void Svg::dots(const std::vector<Point>& points, double radius, std::string_view style) {
  body_ += "<g" + attribute("class", style) + ">\n";
  for (const Point& p : points) {
    body_ +=
        "<circle" + attribute("cx", p.x) + attribute("cy", p.y) + attribute("r", radius) + "/>\n";
  }
  body_ += "</g>\n";
}

void Svg::rectangle(Point corner, double width, double height, std::string_view style) {
  body_ += "<rect" + attribute("class", style) + attribute("x", corner.x) +
           attribute("y", corner.y) + attribute("width", width) + attribute("height", height) +
           "/>\n";
}

void Svg::text(Point at, std::string_view content, std::string_view style,
               std::string_view anchor) {
  body_ += "<text" + attribute("class", style) + attribute("x", at.x) + attribute("y", at.y) +
           attribute("text-anchor", anchor) + ">" + escaped(content) + "</text>\n";
}

void Svg::upward_text(Point at, std::string_view content, std::string_view style) {
  body_ += "<text" + attribute("class", style) + attribute("text-anchor", "middle") +
           " transform=\"translate(" + pixels(at.x) + " " + pixels(at.y) + ") rotate(-90)\">" +
           escaped(content) + "</text>\n";
}

std::string Svg::finish() const { return body_ + "</svg>\n"; }

}  // namespace examples
