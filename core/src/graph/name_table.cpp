#include "name_table.hpp"

#include <algorithm>
#include <charconv>

namespace deft {

bool is_valid_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '/';
  });
}

bool NameTable::Taken::contains(std::uint32_t suffix) const {
  return suffix == 0 ? plain : suffix < next || above.contains(suffix);
}

void NameTable::Taken::insert(std::uint32_t suffix) {
  if (suffix == 0) {
    plain = true;
    return;
  }
  above.insert(suffix);
  while (above.erase(next) != 0) ++next;
}

/// "add_12" is ("add", 12). Names without a canonical positive suffix of at most nine digits stay
/// whole.
NameTable::Name NameTable::split(std::string_view name) {
  const std::size_t underscore = name.rfind('_');
  if (underscore == std::string_view::npos || underscore == 0) return {name};
  const std::string_view digits = name.substr(underscore + 1);
  if (digits.empty() || digits.size() > 9 || digits.front() == '0') return {name};
  std::uint32_t suffix = 0;
  const char* end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, suffix).ptr != end) return {name};
  return {name.substr(0, underscore), suffix};
}

NameTable::Name NameTable::next(std::string_view wanted) const {
  const Name plain = split(wanted);
  const auto found = bases_.find(plain.base);
  if (found == bases_.end() || !found->second.contains(plain.suffix)) return plain;
  const auto numbered = bases_.find(wanted);
  return {wanted, numbered == bases_.end() ? 1 : numbered->second.next};
}

NameTable::Name NameTable::claim(std::string_view wanted) {
  const Name free = next(wanted);
  auto& [base, taken] = *bases_.try_emplace(std::string(free.base)).first;
  taken.insert(free.suffix);
  return {base, free.suffix};
}

}  // namespace deft
