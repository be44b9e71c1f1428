#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <deft/runtime/event_writer.hpp>

#include "support/temp_folder.hpp"
#include "support/wire_message.hpp"

namespace deft {

/// A masked CRC-32C, bit by bit.
inline std::uint32_t plain_masked_crc(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0x82F63B78U : crc >> 1U;
  }
  crc = ~crc;
  return (crc >> 15U | crc << 17U) + 0xA282EAD8U;
}

/// The messages Event of an event file. Throws if a checksum is wrong or the file ends inside a
/// record.
inline std::vector<WireMessage> read_events(const std::string& bytes) {
  std::vector<WireMessage> events;
  const auto read = [&](std::size_t at, auto& number) {
    if (at + sizeof(number) > bytes.size()) throw std::runtime_error("half a record");
    std::memcpy(&number, bytes.data() + at, sizeof(number));
  };
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint64_t length = 0;
    std::uint32_t length_crc = 0;
    std::uint32_t crc = 0;
    read(at, length);
    read(at + 8, length_crc);
    if (plain_masked_crc(std::string_view(bytes).substr(at, 8)) != length_crc)
      throw std::runtime_error("the checksum of a length is wrong");
    const auto size = static_cast<std::size_t>(length);
    read(at + 12 + size, crc);
    const std::string event = bytes.substr(at + 12, size);
    if (plain_masked_crc(event) != crc) throw std::runtime_error("a checksum is wrong");
    events.emplace_back(event);
    at += size + 16;
  }
  return events;
}

/// The time of the clock of writer_in, which stands still.
constexpr double noon = 1'700'000'000.25;

inline EventWriter writer_in(const std::string& folder) {
  return EventWriter(folder, {.clock = [] { return noon; }});
}

/// The events of a writer but for the first, the version.
inline std::vector<WireMessage> events_of(const EventWriter& log) {
  std::vector<WireMessage> events = read_events(bytes_of_file(log.path()));
  REQUIRE_FALSE(events.empty());
  CHECK(events[0].text(3) == "brain.Event:2");
  events.erase(events.begin());
  return events;
}

}  // namespace deft
