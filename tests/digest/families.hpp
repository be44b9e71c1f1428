#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "subject.hpp"

namespace deft::digest {

/// Subjects of one kind, made one by one: all together would not fit in memory.
struct Family {
  std::string name;
  std::size_t count = 0;
  std::function<Subject(std::size_t)> make;
};

// Those of random/, and each file of families/.
std::vector<Family> random_graphs(std::size_t graphs);
std::vector<Family> elements();
std::vector<Family> reductions();
std::vector<Family> products();
std::vector<Family> networks();
std::vector<Family> training();
std::vector<Family> examples();
std::vector<Family> benchmark();

}  // namespace deft::digest
