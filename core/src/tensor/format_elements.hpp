#pragma once

#include <string>
#include <vector>

#include <deft/core/tensor.hpp>

namespace deft {

/// The elements as NumPy writes them next to each other in an array: one style for all, one width.
std::vector<std::string> format_elements(const Tensor& tensor);

/// The only element as NumPy writes it when it stands alone.
std::string format_scalar(const Tensor& scalar);

}  // namespace deft
