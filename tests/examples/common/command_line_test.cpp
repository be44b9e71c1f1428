#include "common/command_line.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples {
namespace {

struct Settings {
  std::int64_t rows = 0;
  double rate = 0;
  bool loud = false;
};

constexpr OptionDef<Settings> defs[] = {
    {"--rows", "N", "how many rows",
     [](Settings& s, const Argument& a) { s.rows = a.integer(1, 99); }},
    {"--rate", "R", "how fast",
     [](Settings& s, const Argument& a) { s.rate = a.positive_number(); }},
    {"--loud", "", "say more", [](Settings& s, const Argument&) { s.loud = true; }},
};

std::string error(std::vector<const char*> words) {
  Settings settings;
  return deft::caught<UserError>([&] { apply_options(words, defs, settings); }).what();
}

}  // namespace

TEST_CASE("options are applied, and the names of those given returned") {
  Settings settings;
  const std::vector<const char*> words{"--loud", "--rows", "6"};
  const std::set<std::string_view> given = apply_options(words, defs, settings);
  CHECK(given == std::set<std::string_view>{"--rows", "--loud"});
  CHECK(settings.rows == 6);
  CHECK(settings.rate == 0);
  CHECK(settings.loud);
}

TEST_CASE("an option given twice") {
  CHECK(error({"--rows=5", "--loud", "--rows", "6"}) == "--rows is given twice");
  CHECK(error({"--rows", "5", "--rows=5"}) == "--rows is given twice");
  CHECK(error({"--loud", "--loud"}) == "--loud is given twice");
}

TEST_CASE("what is no option, lacks a value or has one too many") {
  CHECK(error({"--row", "5"}) == "\"--row\" is not an option; --help lists them");
  CHECK(error({"rows=5"}) == "\"rows=5\" is not an option; --help lists them");
  CHECK(error({"--rows"}) == "--rows needs a value: N");
  CHECK(error({"--rows", "--loud"}) == "--rows needs a value: N");
  CHECK(error({"--loud=1"}) == "--loud takes no value");
  CHECK(error({"--rows", "100"}) == "--rows: \"100\" is not a whole number from 1 to 99");
  CHECK(error({"--rate", "0"}) == "--rate: \"0\" is not greater than zero");
}

TEST_CASE("a value in brackets may be left out") {
  constexpr OptionDef<Settings> optional[] = {
      {"--rate", "[R]", "how fast",
       [](Settings& s, const Argument& a) { s.rate = a.text.empty() ? 1 : a.positive_number(); }},
      {"--loud", "", "say more", [](Settings& s, const Argument&) { s.loud = true; }},
  };
  const auto rate = [&](std::vector<const char*> words) {
    Settings settings;
    apply_options(words, optional, settings);
    return settings.rate;
  };
  CHECK(rate({"--rate"}) == 1);
  CHECK(rate({"--rate", "--loud"}) == 1);
  CHECK(rate({"--rate", "2", "--loud"}) == 2);
  CHECK(rate({"--rate=3"}) == 3);
  CHECK(deft::caught<UserError>([&] { rate({"--rate="}); }).what() ==
        std::string("--rate needs a value: [R]"));
}

TEST_CASE("the help text has a line per option, the texts one below the other") {
  CHECK(help_lines(defs) ==
        "  --rows N                how many rows\n"
        "  --rate R                how fast\n"
        "  --loud                  say more\n");
}

}  // namespace examples
