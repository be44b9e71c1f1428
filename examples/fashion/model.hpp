#pragma once

#include <cstdint>
#include <functional>

#include <deft/deft.hpp>

#include "options.hpp"

namespace examples::fashion {

/// Pictures u8 [n, side, side] -> logits f32 [n, num_classes]: a part of a graph, built anew at
/// each call over the same variables.
using Network = std::function<deft::Output(const deft::Output& pixels, deft::Mode mode)>;

/// A network with variables of its own, whose initial values and dropout come from `random`.
Network make_network(ModelKind kind, const deft::Random& random);

/// How many numbers the variables hold.
std::int64_t num_parameters(const std::vector<deft::Output>& variables);

/// The rule by which `kind` learns best, in so many updates.
deft::Rule make_rule(ModelKind kind, std::int64_t updates);

}  // namespace examples::fashion
