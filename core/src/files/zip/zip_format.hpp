#pragma once

#include <cstddef>
#include <cstdint>

/// What readers and writers of zip archives must agree upon (APPNOTE.TXT).
namespace deft::zip {

// What records begin with, and their fixed part in bytes.
constexpr std::uint32_t local_signature = 0x04034B50;
constexpr std::size_t local_size = 30;
constexpr std::uint32_t central_signature = 0x02014B50;
constexpr std::size_t central_size = 46;
constexpr std::uint32_t end64_signature = 0x06064B50;
constexpr std::size_t end64_size = 56;
constexpr std::uint32_t locator_signature = 0x07064B50;
constexpr std::size_t locator_size = 20;
constexpr std::uint32_t end_signature = 0x06054B50;
constexpr std::size_t end_size = 22;

constexpr std::uint16_t stored = 0;
constexpr std::uint16_t deflated = 8;

constexpr std::uint16_t utf8_flag = 1U << 11U;
/// Encryption (0, 6, 13) and patches (5).
constexpr std::uint16_t unreadable_flags = 1U | 1U << 5U | 1U << 6U | 1U << 13U;

constexpr std::uint16_t zip64_field = 1;
constexpr std::uint32_t in_extra_field = 0xFFFFFFFF;  // instead of a size or an offset
constexpr std::uint16_t in_zip64_end = 0xFFFF;        // instead of a number of entries

}  // namespace deft::zip
