#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <deft/core/files/named_tensor.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// What is wrong with the name of a tensor; nullptr if nothing is.
const char* fault_of_name(std::string_view name);

/// The first name that a later tensor has as well; nullptr if all differ.
const std::string* find_duplicate(const std::vector<NamedTensor>& tensors);

/// Throws a FileError if tensors cannot be written under their names.
void check_names(const std::string& path, const std::vector<NamedTensor>& tensors,
                 SourceLocation where);

}  // namespace deft
