#include "regression/article_data.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace examples::regression {

TEST_CASE("the article's data") {
  const Table table = article_data(10'000);
  CHECK(table.names == std::vector<std::string>{"x", "d"});
  const std::vector<double>& x = table.columns.at(0);
  const std::vector<double>& d = table.columns.at(1);
  REQUIRE(x.size() == 10'000);
  REQUIRE(d.size() == 10'000);
  CHECK(x[0] == 0.0);
  CHECK(x[1] == 2.0 / 9999.0);
  CHECK(x[9'999] == 2.0);
  CHECK(d[0] == 3.0357439924417995);
  CHECK(d[1] == 3.0381538800366421);
  CHECK(d[9'999] == doctest::Approx(6.791510613755714).epsilon(1e-15));
  CHECK(std::accumulate(d.begin(), d.end(), 0.0) ==
        doctest::Approx(49982.53914723104).epsilon(1e-13));
}

TEST_CASE("the smallest data set") {
  const Table table = article_data(2);
  CHECK(table.columns.at(0) == std::vector<double>{0.0, 2.0});
  CHECK(table.columns.at(1).size() == 2);
}

}  // namespace examples::regression
