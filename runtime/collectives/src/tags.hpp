#pragma once

#include <cstdint>

/// By which tags messages of a group are told apart.
namespace deft::collectives::tags {

inline constexpr std::uint32_t greeting = 0;
inline constexpr std::uint32_t note = 1;     // of Group::exchange, as far as it is short
inline constexpr std::uint32_t rest = 2;     // of such a note, and broadcasts
inline constexpr std::uint32_t vote = 3;     // at the end of a step
inline constexpr std::uint32_t goodbye = 4;  // of a rank that ends
inline constexpr std::uint32_t first = 5;    // of the collectives that are made ready, in turn

}  // namespace deft::collectives::tags
