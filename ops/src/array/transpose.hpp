#pragma once

#include <cstddef>
#include <vector>

#include <deft/core/op_def.hpp>

namespace deft {

namespace builtin {
extern const OpDef transpose;
}

/// The attribute "permutation" of a transpose counted from the front; without it, the dimensions in
/// reverse.
std::vector<std::size_t> permutation_of(const Attributes& attributes, std::size_t rank);

}  // namespace deft
