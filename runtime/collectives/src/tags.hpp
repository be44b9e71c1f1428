#pragma once

#include <cstdint>

/// By which tags messages of a group are told apart.
namespace deft::collectives::tags {

inline constexpr std::uint32_t greeting = 0;
inline constexpr std::uint32_t note = 1;   // of Group::exchange, as far as it is short
inline constexpr std::uint32_t rest = 2;   // of such a note
inline constexpr std::uint32_t first = 3;  // of the collectives that are made ready, in turn

}  // namespace deft::collectives::tags
