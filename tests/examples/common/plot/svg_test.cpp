#include "common/plot/svg.hpp"

#include <doctest/doctest.h>

#include "examples/xml.hpp"

namespace examples {

TEST_CASE("a drawing is one svg element with what was drawn") {
  Svg svg(100, 50.5);
  svg.line({1, 2}, {3, 4.25}, "grid");
  svg.polyline({{0, 0}, {1.5, 2}}, "trained");
  svg.dots({{7, 8}}, 2, "data");
  svg.text({5, 6}, "a < b & \"c\" > d\n", "title", "middle");
  svg.upward_text({9, 10}, "up", "label");
  const std::string file = svg.finish();
  const auto has = [&](const char* part) { return file.find(part) != std::string::npos; };
  CHECK(
      file.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"50.5\""));
  CHECK(file.ends_with("</svg>\n"));
  CHECK(has("<line class=\"grid\" x1=\"1\" y1=\"2\" x2=\"3\" y2=\"4.25\"/>"));
  CHECK(has("<polyline class=\"trained\" points=\"0,0 1.5,2\"/>"));
  CHECK(has("<circle cx=\"7\" cy=\"8\" r=\"2\"/>"));
  CHECK(has(">a &lt; b &amp; \"c\" &gt; d?</text>"));
  CHECK(has("translate(9 10) rotate(-90)"));
}

TEST_CASE("a program adds styles of its own") {
  const std::string file = Svg(10, 10, "  .mine { fill: none; }\n").finish();
  CHECK(is_well_formed(file));
  CHECK(file.find("  .mine { fill: none; }\n</style>") != std::string::npos);
}

}  // namespace examples
