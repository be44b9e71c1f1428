#include "graph/name_table.hpp"

#include <string>

#include <doctest/doctest.h>

namespace deft {
namespace {

std::string claim(NameTable& table, const std::string& wanted) {
  const NameTable::Name name = table.claim(wanted);
  return std::string(name.base) + (name.suffix == 0 ? "" : "_" + std::to_string(name.suffix));
}

TEST_CASE("names are made unique by counting") {
  NameTable table;
  CHECK(claim(table, "add") == "add");
  CHECK(claim(table, "add") == "add_1");
  CHECK(claim(table, "add") == "add_2");
  CHECK(claim(table, "mul") == "mul");
}

TEST_CASE("a name that looks counted is not given twice") {
  NameTable table;
  CHECK(claim(table, "add_1") == "add_1");
  CHECK(claim(table, "add") == "add");
  CHECK(claim(table, "add") == "add_2");
  CHECK(claim(table, "add_1") == "add_1_1");
  CHECK(claim(table, "add_1_1") == "add_1_1_1");
}

TEST_CASE("suffixes that are no canonical numbers belong to the name") {
  NameTable table;
  CHECK(claim(table, "w_01") == "w_01");
  CHECK(claim(table, "w_1") == "w_1");
  CHECK(claim(table, "w_0") == "w_0");
  CHECK(claim(table, "w_") == "w_");
  CHECK(claim(table, "_1") == "_1");
  CHECK(claim(table, "w_12345678901") == "w_12345678901");
  CHECK(claim(table, "w_01") == "w_01_1");
}

}  // namespace
}  // namespace deft
