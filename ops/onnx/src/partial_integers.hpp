#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/ops/constant_value.hpp>

namespace deft::onnx {

/// An integer that is known, or a dimension that is known only in a run, or neither.
struct PartialInteger {
  std::optional<std::int64_t> value = {};
  Output tensor = {};  // whose dimension `axis` it is
  std::size_t axis = 0;
};

/// The elements of a vector or scalar of integers as far as they are known: those that are not
/// depend on unknown dimensions, or on values.
std::vector<PartialInteger> partial_integers(const Output& x, ConstantValues& values);

}  // namespace deft::onnx
