#include "common_options.hpp"

#include <string>

#include "errors.hpp"

namespace examples {

void check_data_options(const std::set<std::string_view>& given,
                        std::initializer_list<std::string_view> generated) {
  const bool has_data = given.contains("--data");
  for (const std::string_view name : generated) {
    if (has_data && given.contains(name)) {
      throw UserError(std::string(name) + " is for generated data; leave it out with --data");
    }
  }
  if (!has_data && given.contains("--target")) {
    throw UserError("--target names a column of a file; give the file with --data");
  }
}

}  // namespace examples
