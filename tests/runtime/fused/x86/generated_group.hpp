#pragma once

#include <cstddef>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "fused/x86/code_generator.hpp"
#include "support/instruction_sets.hpp"
#include "support/plans/fused_groups.hpp"

namespace deft {

/// Whether all steps of a group get code.
inline bool generates_all(const GroupBuilder& group) {
  const FusedLayout layout(group.program());
  return CodeGenerator().steps(group.program(), layout, 0).end == group.program().steps.size();
}

/// Whether code is generated on this machine; says where it is not that a test is skipped.
inline bool has_generator() {
  GroupBuilder group(1000);
  const GroupBuilder::Operand x = group.input<float>({1000}, std::vector<float>(1000));
  group.map(elements::neg, {x}, DType::f32, true);
  const bool has = generates_all(group);
  if (!has) MESSAGE("skipped: no code is generated on this machine");
  return has;
}

/// Bytes, but that one NaN is as good as another: which of two operands' NaN an instruction hands
/// on depends on the order that a compiler chose.
template <class T>
void unify_nans(std::byte* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    if (value == value) continue;
    value = std::numeric_limits<T>::quiet_NaN();
    std::memcpy(bytes + i * sizeof(T), &value, sizeof(T));
  }
}

/// The bytes of all outputs, with one NaN for all.
inline std::vector<std::vector<std::byte>> results_of(
    const GroupBuilder& group, bool generate_code,
    std::optional<GroupBuilder::Pair> in_place = std::nullopt) {
  auto results = generate_code ? group.run_generated(in_place) : group.run(nullptr, in_place);
  for (const FusedProgram::Step& step : group.program().steps) {
    if (step.output < 0) continue;
    auto& bytes = results[static_cast<std::size_t>(step.output)];
    const auto count = static_cast<std::size_t>(step.spec.shape.num_elements());
    if (step.spec.dtype == DType::f32) unify_nans<float>(bytes.data(), count);
    if (step.spec.dtype == DType::f64) unify_nans<double>(bytes.data(), count);
  }
  return results;
}

/// Code generated for any instruction set gives the bits of the rows, also where results overwrite
/// operands.
inline void check(const GroupBuilder& group) {
  for (const std::int64_t target : InstructionSet::all()) {
    if (target != HWY_AVX3 && target != HWY_AVX2) continue;
    const InstructionSet only(target);
    REQUIRE(generates_all(group));
    const auto expected = results_of(group, false);
    CHECK(results_of(group, true) == expected);
    for (const GroupBuilder::Pair& pair : group.in_place_pairs()) {
      CHECK(results_of(group, true, pair) == expected);
      CHECK(results_of(group, false, pair) == expected);
    }
  }
}

}  // namespace deft
