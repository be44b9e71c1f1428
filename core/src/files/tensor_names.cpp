#include "files/tensor_names.hpp"

#include <algorithm>

#include <deft/core/utf8.hpp>

#include "files/file_error.hpp"

namespace deft {

const char* fault_of_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.find('\0') != std::string_view::npos) return "has a NUL in it";
  return is_utf8(name) ? nullptr : "is not UTF-8";
}

const std::string* find_duplicate(const std::vector<NamedTensor>& tensors) {
  std::vector<const std::string*> names;
  names.reserve(tensors.size());
  for (const NamedTensor& tensor : tensors) names.push_back(&tensor.name);
  std::ranges::sort(names, [](const auto* a, const auto* b) { return *a < *b; });
  const auto found =
      std::ranges::adjacent_find(names, [](const auto* a, const auto* b) { return *a == *b; });
  return found == names.end() ? nullptr : *found;
}

void check_names(const std::string& path, const std::vector<NamedTensor>& tensors,
                 SourceLocation where) {
  const auto fail = [&](const std::string& problem, const char* cure) {
    throw_file_error(ErrorCode::invalid_argument,
                     "cannot write " + printable(path) + ": " + problem, cure, where);
  };
  for (const NamedTensor& tensor : tensors) {
    const char* const fault = fault_of_name(tensor.name);
    if (fault != nullptr) {
      fail("the name " + quoted(tensor.name) + " of a tensor " + fault, "give it another name");
    }
  }
  const std::string* const twice = find_duplicate(tensors);
  if (twice != nullptr) {
    fail("two tensors are named " + quoted(*twice), "give one of them another name");
  }
}

}  // namespace deft
