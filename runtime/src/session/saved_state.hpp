#pragma once

#include <vector>

#include <deft/core/files/named_tensor.hpp>
#include <deft/runtime/session.hpp>

namespace deft {

/// What a checkpoint holds: the values of variables, of one consistent state, each under its full
/// name. Throws RunError if a variable has no value.
std::vector<NamedTensor> saved_state(const Session& session, const std::vector<Output>& variables,
                                     SourceLocation where);

}  // namespace deft
