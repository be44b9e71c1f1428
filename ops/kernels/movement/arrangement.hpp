#pragma once

#include <cstdint>
#include <span>

#include <deft/core/kernel.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// Which position along an axis of the input stands at each position of that axis in the output.
struct AxisMap {
  enum class Rule : std::uint8_t {
    place,      // position k of the input stands at offset + k step alone
    edge,       // beyond the input stands its first or last position
    reflect,    // beyond the input stands what a mirror at its first or last position shows
    symmetric,  // beyond the input stands what a mirror behind that position shows
    wrap,       // the input is repeated
  };

  Rule rule = Rule::place;
  std::int64_t in = 1;      // positions of the input
  std::int64_t out = 1;     // positions of the output
  std::int64_t offset = 0;  // where in the output position 0 of the input stands
  std::int64_t step = 1;    // of `place`, may be negative

  bool is_identity() const { return in == out && offset == 0 && step == 1; }

  /// The position of the input that stands at `at`, or -1. Of reflect and symmetric: one mirror is
  /// enough.
  std::int64_t source(std::int64_t at) const;
};

/// Output 0 is input 0 rearranged along each axis, and the only element of `value` where nothing of
/// the input stands.
Kernel arrangement_kernel(std::span<const AxisMap> axes, const Tensor& value,
                          const KernelContext& context);

}  // namespace deft
