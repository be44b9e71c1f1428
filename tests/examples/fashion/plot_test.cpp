#include "fashion/plot.hpp"

#include <doctest/doctest.h>

#include "examples/text.hpp"
#include "examples/xml.hpp"
#include "sample_report.hpp"

namespace examples::fashion {

TEST_CASE("the drawing of a training") {
  const std::string svg = draw_plot(sample_report(), sample_pictures(100, 2));
  CHECK(is_well_formed(svg));
  for (const char* part :
       {">Loss<", ">Accuracy<", ">Confusion matrix<", ">Worst mistakes<", ">Coat<", ">as Bag<"}) {
    CAPTURE(part);
    CHECK(count_of(svg, part) > 0);
  }
  CHECK(count_of(svg, "class=\"cell\"") == 100);
  CHECK(count_of(svg, "class=\"right\"") == 10);
  CHECK(count_of(svg, "class=\"wrong\"") == 9);
  CHECK(count_of(svg, "class=\"caption\"") == 4);  // two lines below each of two pictures
  CHECK(count_of(svg, "class=\"shade7\"") == 4);   // the bright band of each: two rows
}

TEST_CASE("the drawing of one epoch without mistakes") {
  Report report = sample_report();
  report.epochs.resize(1);
  report.test.mistakes.clear();
  CHECK(is_well_formed(draw_plot(report, sample_pictures(100, 2))));
}

}  // namespace examples::fashion
