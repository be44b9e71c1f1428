#pragma once

#include <deft/core/attributes.hpp>
#include <deft/ops/axes.hpp>

namespace deft {

/// {"name": axes as the user gave them}, or nothing if none are given.
inline Attributes axes_attribute(const char* name, const Axes& axes) {
  return axes.list() ? Attributes{{name, *axes.list()}} : Attributes{};
}

}  // namespace deft
