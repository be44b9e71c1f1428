#include "checkpoint_folder.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <deft/core/error.hpp>

namespace deft {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "step-";
constexpr std::string_view suffix = ".safetensors";

[[noreturn]] void fail(const std::string& action, const std::string& path, std::error_code error,
                       SourceLocation where) {
  throw FileError({.code = ErrorCode::file_access,
                   .message = "cannot " + action + " '" + path + "': " + error.message(),
                   .where = where});
}

/// Nine digits or more: as many steps as fit sort by name as by number.
std::string step_name(std::int64_t step) {
  constexpr std::size_t width = 9;
  std::string digits = std::to_string(step);
  digits.insert(0, width - std::min(width, digits.size()), '0');
  return std::string(prefix).append(digits).append(suffix);
}

/// The step whose checkpoint has this name.
std::optional<std::int64_t> step_of(const std::string& name) {
  if (name.size() <= prefix.size() + suffix.size()) return std::nullopt;
  std::int64_t step = 0;
  const char* const first = name.data() + prefix.size();
  const char* const last = name.data() + name.size() - suffix.size();
  const bool is_number = std::from_chars(first, last, step).ec == std::errc{} && step >= 0;
  if (!is_number || step_name(step) != name) return std::nullopt;
  return step;
}

}  // namespace

std::string step_path(const std::string& folder, std::int64_t step) {
  return (fs::path(folder) / step_name(step)).string();
}

std::string best_path(const std::string& folder) {
  return (fs::path(folder) / "best.safetensors").string();
}

std::vector<std::int64_t> steps_in(const std::string& folder, SourceLocation where) {
  std::vector<std::int64_t> steps;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::optional<std::int64_t> step = step_of(entry->path().filename().string());
    std::error_code unknown;
    if (step && entry->is_regular_file(unknown)) steps.push_back(*step);
  }
  if (error) fail("read the folder", folder, error, where);
  std::ranges::sort(steps);
  return steps;
}

bool file_exists(const std::string& path, SourceLocation where) {
  std::error_code error;
  const bool exists = fs::exists(path, error);
  if (error) fail("read", path, error, where);
  return exists;
}

void remove_file(const std::string& path, SourceLocation where) {
  std::error_code error;
  fs::remove(path, error);
  if (error) fail("remove", path, error, where);
}

}  // namespace deft
