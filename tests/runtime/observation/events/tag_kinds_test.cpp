#include <limits>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/temp_folder.hpp"

namespace deft {

TEST_CASE("a call that is refused leaves its tags free") {
  const TempFolder folder;
  EventWriter log(folder / "run");
  log.text("notes", 1, "a");
  log.text("w/non_finite", 1, "b");

  CHECK_THROWS_AS(log.scalars(1, {{"loss", 1}, {"notes", 2}}), FileError);
  CHECK_NOTHROW(log.histogram("loss", 1, Tensor{1.0F}));

  const Tensor nan{std::numeric_limits<float>::quiet_NaN()};
  CHECK_THROWS_AS(log.histogram("w", 1, nan), FileError);
  CHECK_NOTHROW(log.scalar("w", 1, 2));

  log.text("wrong/1", 1, "c");
  const Tensor batch = Tensor::zeros(DType::u8, {2, 1, 1, 1});
  CHECK_THROWS_AS(log.image("wrong", 1, batch), FileError);
  CHECK_NOTHROW(log.scalar("wrong/0", 1, 2));
}

}  // namespace deft
