#include "panel.hpp"

#include <algorithm>

#include "common/text.hpp"

namespace examples {
namespace {

// The part of a panel inside the axes.
constexpr double margin_left = 76;
constexpr double margin_top = 62;
constexpr double plot_width = Panel::width - margin_left - 24;
constexpr double plot_height = Panel::height - margin_top - 58;

constexpr double legend_line = 19;
constexpr double character_width = 7;  // of small text, on average: SVG cannot tell

/// Where values lie, in pixels; `corner` is that of the part inside the axes.
double x_of(const Panel& panel, Point corner, double value) {
  return corner.x + plot_width * panel.x.position(value);
}

double y_of(const Panel& panel, Point corner, double value) {
  return corner.y + plot_height * (1 - panel.y.position(value));
}

/// Draws lines and labels at the ticks; returns how wide the labels of the y axis are.
double draw_ticks(Svg& svg, const Panel& panel, Point corner) {
  for (const Axis::Tick& tick : panel.x.ticks) {
    const double x = x_of(panel, corner, tick.value);
    svg.line({x, corner.y}, {x, corner.y + plot_height}, "grid");
    svg.text({x, corner.y + plot_height + 18}, tick.label, "tick", "middle");
  }
  std::size_t longest = 0;
  for (const Axis::Tick& tick : panel.y.ticks) {
    const double y = y_of(panel, corner, tick.value);
    svg.line({corner.x, y}, {corner.x + plot_width, y}, "grid");
    svg.text({corner.x - 8, y + 4}, tick.label, "tick", "end");
    longest = std::max(longest, width(tick.label));
  }
  return character_width * static_cast<double>(longest);
}

/// The upper corner, left or right, in which a box of this size hides less of the points.
Point legend_corner(const std::vector<std::vector<Point>>& drawn, Point corner, double box_width,
                    double box_height) {
  const Point left{corner.x + 8, corner.y + 8};
  const Point right{corner.x + plot_width - box_width - 8, corner.y + 8};
  const auto hidden_at = [&](Point at) {
    std::size_t count = 0;
    for (const std::vector<Point>& points : drawn) {
      for (const Point& p : points) {
        const bool hidden = p.x >= at.x && p.x <= at.x + box_width && p.y <= at.y + box_height;
        if (hidden) ++count;
      }
    }
    return count;
  };
  return hidden_at(left) <= hidden_at(right) ? left : right;
}

void draw_legend(Svg& svg, const Panel& panel, const std::vector<std::vector<Point>>& drawn,
                 Point corner) {
  const std::vector<Series>& all = panel.series;
  std::size_t longest = 0;
  for (const Series& series : all) longest = std::max(longest, width(series.name));
  const double box_width = 52 + character_width * static_cast<double>(longest);
  const double box_height = 12 + legend_line * static_cast<double>(all.size());
  const Point at = panel.legend_beside ? Point{corner.x + plot_width + 8, corner.y}
                                       : legend_corner(drawn, corner, box_width, box_height);

  svg.rectangle(at, box_width, box_height, "legend");
  double y = at.y + 16;
  for (const Series& series : all) {
    if (series.style == "data") {
      svg.dots({{at.x + 22, y}}, 4, series.style);
    } else {
      svg.line({at.x + 8, y}, {at.x + 36, y}, series.style);
    }
    svg.text({at.x + 44, y + 4}, series.name, "note");
    y += legend_line;
  }
}

/// Vertical bars from y - spread to y + spread of each point, cut off where the axis ends.
void draw_error_bars(Svg& svg, const Panel& panel, const Series& series, Point corner) {
  constexpr double cap = 3;  // half the width of the ends
  for (std::size_t i = 0; i < series.spread.size(); ++i) {
    const Point& p = series.points[i];
    const double x = x_of(panel, corner, p.x);
    const double low = y_of(panel, corner, std::max(p.y - series.spread[i], panel.y.low));
    const double high = y_of(panel, corner, std::min(p.y + series.spread[i], panel.y.high));
    const std::string style = series.style + " bar";
    svg.line({x, low}, {x, high}, style);
    svg.line({x - cap, low}, {x + cap, low}, style);
    svg.line({x - cap, high}, {x + cap, high}, style);
  }
}

}  // namespace

void draw_heading(Svg& svg, Point corner, std::string_view title, std::string_view note) {
  svg.text({corner.x, corner.y + 28}, title, "title");
  svg.text({corner.x, corner.y + 48}, note, "note");
}

void Panel::draw(Svg& svg, double left) const {
  const Point corner{left + margin_left, margin_top};
  draw_heading(svg, {corner.x, 0}, title, note);
  const double tick_width = draw_ticks(svg, *this, corner);
  svg.upward_text({corner.x - tick_width - 18, corner.y + plot_height / 2},
                  printable(y_label) + y.offset, "label");
  svg.text({corner.x + plot_width / 2, height - 18}, printable(x_label) + x.offset, "label",
           "middle");

  std::vector<std::vector<Point>> drawn;  // in pixels
  for (const Series& one : series) {
    std::vector<Point>& pixels = drawn.emplace_back();
    for (const Point& p : one.points) {
      pixels.push_back({x_of(*this, corner, p.x), y_of(*this, corner, p.y)});
    }
    if (one.style == "data") {
      svg.dots(pixels, pixels.size() < 200 ? 4 : 2.2, one.style);
    } else {
      svg.polyline(pixels, one.style);
    }
    draw_error_bars(svg, *this, one, corner);
  }
  svg.rectangle(corner, plot_width, plot_height, "frame");
  draw_legend(svg, *this, drawn, corner);
}

}  // namespace examples
