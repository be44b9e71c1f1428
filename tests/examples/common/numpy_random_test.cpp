#include "common/numpy_random.hpp"

#include <doctest/doctest.h>

namespace examples {

// From numpy.random.RandomState(444), and from its definition in NumPy's documentation.
TEST_CASE("normal numbers come in pairs of which the second is kept") {
  NumpyRandom random(444);
  CHECK(random.normal() == doctest::Approx(0.3574399244179942).epsilon(1e-15));
  CHECK(random.normal() == doctest::Approx(0.37753840032641567).epsilon(1e-15));
  CHECK(random.normal() == doctest::Approx(1.3823378936833266).epsilon(1e-15));
  CHECK(random.normal() == doctest::Approx(1.1755488260166416).epsilon(1e-15));
}

TEST_CASE("uniform numbers have 53 bits in [0, 1)") {
  NumpyRandom random(1);
  const double first = random.uniform();
  CHECK(first == 0.417022004702574);  // numpy.random.RandomState(1).random_sample()
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform();
    CHECK(value >= 0.0);
    CHECK(value < 1.0);
    CHECK(value * 9007199254740992.0 ==
          static_cast<double>(static_cast<long long>(value * 9007199254740992.0)));
  }
}

}  // namespace examples
