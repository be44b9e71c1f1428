#include "common/progress_bar.hpp"

#include <doctest/doctest.h>

namespace examples {

TEST_CASE("the progress line") {
  CHECK(progress_line("loop", 1, 4, 2.0) ==
        "loop  [=======                       ]   25 %  6.0 s left");
  CHECK(progress_line("loop", 4, 4, 2.0) ==
        "loop  [==============================]  100 %  0.0 s left");
}

TEST_CASE("the interval is a thousandth, at least one step") {
  CHECK(ProgressBar("loop", 1).interval() == 1);
  CHECK(ProgressBar("loop", 999).interval() == 1);
  CHECK(ProgressBar("loop", 10'000).interval() == 10);
}

}  // namespace examples
