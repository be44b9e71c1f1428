#include "mistakes_plot.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "common/plot/panel.hpp"

namespace examples::fashion {

const std::string_view picture_styles = R"(
  .shade1 { fill: #dfe3e8; }
  .shade2 { fill: #bfc6cf; }
  .shade3 { fill: #9fa9b5; }
  .shade4 { fill: #7f8b9a; }
  .shade5 { fill: #5f6d7e; }
  .shade6 { fill: #3f4e62; }
  .shade7 { fill: #1f2f45; }
  .caption { font-size: 9px; fill: #3b4652; }
)";

namespace {

constexpr std::size_t columns = 6;
constexpr double pixel = 2;

/// Of 8 shades, 0 the background.
int shade_of(std::uint8_t value) { return value / 32; }

/// A rectangle for each run of pixels of one shade: a drawing of some kilobytes.
void draw_picture(Svg& svg, const Pictures& pictures, std::int64_t number, Point corner) {
  constexpr auto line_length = static_cast<std::size_t>(side);
  const std::span<const std::uint8_t> pixels = pictures.picture(number);
  for (std::size_t row = 0; row < line_length; ++row) {
    const auto line = pixels.subspan(row * line_length, line_length);
    for (std::size_t x = 0, end = 0; x < line.size(); x = end) {
      const int shade = shade_of(line[x]);
      end = x + 1;
      while (end < line.size() && shade_of(line[end]) == shade) ++end;
      if (shade == 0) continue;
      svg.rectangle(
          {corner.x + pixel * static_cast<double>(x), corner.y + pixel * static_cast<double>(row)},
          pixel * static_cast<double>(end - x), pixel, "shade" + std::to_string(shade));
    }
  }
}

}  // namespace

void draw_mistakes(Svg& svg, const Evaluation& evaluation, const Pictures& pictures, Point corner) {
  constexpr double width = 72;
  constexpr double height = 90;
  draw_heading(svg, corner, "Worst mistakes", "what each shows, and what it is taken for");
  const std::span<const Mistake> mistakes = evaluation.worst_mistakes();
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    const Mistake& mistake = mistakes[i];
    const Point at{corner.x + width * static_cast<double>(i % columns),
                   corner.y + 58 + height * static_cast<double>(i / columns)};
    draw_picture(svg, pictures, mistake.picture, at);
    const double y = at.y + pixel * static_cast<double>(side);
    svg.text({at.x, y + 11}, class_name(mistake.truth), "caption");
    svg.text({at.x, y + 21}, std::string("as ").append(class_name(mistake.guess)), "caption");
  }
}

}  // namespace examples::fashion
