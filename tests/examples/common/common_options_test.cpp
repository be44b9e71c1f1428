#include "common/common_options.hpp"

#include <doctest/doctest.h>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caught.hpp"
#include "common/errors.hpp"

namespace examples {
namespace {

struct Settings {
  std::string data;
  std::string target;
  int threads = 0;
  bool help = false;
};

constexpr OptionDef<Settings> defs[] = {data_option<Settings>, target_option<Settings>,
                                        threads_option<Settings>, help_option<Settings>};

Settings settings_of(const std::vector<const char*>& words) {
  Settings settings;
  apply_options(std::span<const char* const>(words), defs, settings);
  return settings;
}

std::string error(const std::set<std::string_view>& given) {
  return deft::caught<UserError>([&] {
           check_data_options(given, {"--rows", "--columns"});
         })
      .what();
}

}  // namespace

TEST_CASE("options of several programs set the members of their names") {
  const Settings settings =
      settings_of({"--data", "a.csv", "--target", "y", "--threads", "3", "--help"});
  CHECK(settings.data == "a.csv");
  CHECK(settings.target == "y");
  CHECK(settings.threads == 3);
  CHECK(settings.help);
  CHECK(deft::caught<UserError>([] {
          settings_of({"--threads", "0"});
        }).what() == std::string("--threads: \"0\" is not a whole number from 1 to 1024"));
}

TEST_CASE("data are read or generated") {
  CHECK_NOTHROW(check_data_options({"--rows", "--columns"}, {"--rows", "--columns"}));
  CHECK_NOTHROW(check_data_options({"--data", "--target", "--json"}, {"--rows", "--columns"}));
  CHECK(error({"--data", "--columns"}) ==
        "--columns is for generated data; leave it out with --data");
  CHECK(error({"--target"}) == "--target names a column of a file; give the file with --data");
}

}  // namespace examples
