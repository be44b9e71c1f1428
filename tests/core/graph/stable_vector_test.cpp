#include "graph/stable_vector.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("elements keep their values and addresses as the vector grows") {
  StableVector<int> vector;
  std::vector<const int*> addresses;
  for (int i = 0; i < 10000; ++i) {
    vector.push_back(i);
    addresses.push_back(&vector[static_cast<std::size_t>(i)]);
  }
  CHECK(vector.size() == 10000);
  for (std::size_t i = 0; i < 10000; ++i) {
    REQUIRE(vector[i] == static_cast<int>(i));
    REQUIRE(&vector[i] == addresses[i]);
  }
}

TEST_CASE("readers see complete elements while another thread appends") {
  StableVector<std::size_t> vector;
  std::atomic<bool> wrong{false};
  std::thread reader([&] {
    for (std::size_t size = 0; size < 20000; size = vector.size())
      for (std::size_t i = size > 100 ? size - 100 : 0; i < size; ++i)
        if (vector[i] != i) wrong = true;
  });
  for (std::size_t i = 0; i < 20000; ++i) vector.push_back(i);
  reader.join();
  CHECK_FALSE(wrong);
}

}  // namespace
}  // namespace deft
