#pragma once

#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// An assign of `value` to `variable` that goes with the training of `owner`: minimize makes it
/// part of every step whose loss depends on `owner`, while a run that only evaluates `owner` leaves
/// the variable as it is. So a layer keeps statistics of what it is trained on. Otherwise as
/// `assign`; the result is the new value.
Output companion_assign(const Output& owner, const Output& variable, const Output& value,
                        const NodeOptions& options = {});

/// The operations that a step must run so that every companion_assign takes place whose owner is
/// among the nodes that `ys` depend on: one for each variable that they change. Several companions
/// of one variable take place in the order in which they were made, each reading what the one
/// before it wrote; for that, those after the first are built anew, once for each such order, with
/// their control dependencies, but without edges of Graph::add_control_dependency. Two orders that
/// differ are refused in one run, as any two assigns without an order are.
///
/// What minimize does with a loss. Beside apply_gradients, which has none:
///
///     group({training.step, group(companions({loss}))})
std::vector<Output> companions(const std::vector<Output>& ys,
                               SourceLocation where = SourceLocation::current());

}  // namespace deft
