#include "event_record.hpp"

#include <bit>
#include <cstdint>

#include <deft/core/files/crc32c.hpp>

namespace deft {
namespace {

static_assert(std::endian::native == std::endian::little);

template <class T>
void append(std::string& bytes, T number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(T));
}

}  // namespace

std::string event_record(std::string_view bytes) {
  std::string record;
  record.reserve(bytes.size() + 16);
  append(record, std::uint64_t{bytes.size()});
  append(record, masked_crc32c(record));
  record += bytes;
  append(record, masked_crc32c(bytes));
  return record;
}

}  // namespace deft
