#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/shape.hpp>

namespace deft {

/// The dimensions of a tensor, each under the character that names it: a letter, or, for those that
/// "..." stands for, the number of the dimension among them, counted from the last one, from 1 on.
using Labels = std::string;

/// "ij,jk->ik" with a label for every dimension.
struct EinsumEquation {
  std::vector<Labels> operands;
  Labels result;
};

/// What `equation` says of operands of these shapes. Throws Refusal where it does not fit them.
EinsumEquation parse_einsum(std::string_view equation, std::span<const Shape> shapes);

}  // namespace deft
