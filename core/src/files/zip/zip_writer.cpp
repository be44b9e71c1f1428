#include "files/zip/zip_writer.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "files/zip/zip_format.hpp"

namespace deft {
namespace {

/// Integers in little-endian order.
class Record {
 public:
  Record& u16(std::uint64_t value) { return add(value, 2); }
  Record& u32(std::uint64_t value) { return add(value, 4); }
  Record& u64(std::uint64_t value) { return add(value, 8); }
  Record& text(const std::string& text) {
    bytes_ += text;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  Record& add(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xFFU);
    return *this;
  }

  std::string bytes_;
};

constexpr std::uint16_t version = 45;  // that knows zip64
constexpr std::uint16_t made_by =
    3U << 8U | version;                          // 3: Unix, so that names are taken as they are
constexpr std::uint32_t no_time = 0x21U << 16U;  // 1980-01-01, the first there is
constexpr std::uint32_t permissions = 0100644U << 16U;

std::uint16_t flags_of(const std::string& name) {
  const bool ascii =
      std::ranges::all_of(name, [](char c) { return static_cast<signed char>(c) >= 0; });
  return ascii ? 0 : zip::utf8_flag;
}

std::vector<std::byte> deflate_all(std::span<const std::span<const std::byte>> parts) {
  z_stream stream{};
  constexpr int window = -15;  // 2^15 bytes, without a header
  constexpr int memory = 8;    // the usual
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, memory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  const struct End {
    z_stream& stream;
    ~End() { deflateEnd(&stream); }
  } end{stream};

  std::vector<std::byte> out;
  std::size_t used = 0;
  const auto run = [&](int flush) {
    do {
      constexpr std::size_t piece = std::size_t{1} << 16U;
      if (out.size() - used < piece) out.resize(std::max(out.size() * 2, used + piece));
      stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
      stream.avail_out = static_cast<uInt>(piece);
      ::deflate(&stream, flush);
      used += piece - stream.avail_out;
    } while (stream.avail_out == 0);
  };
  for (std::span<const std::byte> part : parts) {
    while (!part.empty()) {
      const auto count = std::min<std::size_t>(part.size(), std::numeric_limits<uInt>::max());
      // zlib reads through this pointer, and knows no const.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(part.data()));
      stream.avail_in = static_cast<uInt>(count);
      run(Z_NO_FLUSH);
      part = part.subspan(count);
    }
  }
  run(Z_FINISH);
  out.resize(used);
  return out;
}

}  // namespace

void ZipWriter::add(std::string name, std::span<const std::span<const std::byte>> parts,
                    bool compress) {
  Entry entry{std::move(name)};
  for (const std::span<const std::byte> part : parts) {
    entry.size += part.size();
    entry.crc32 = static_cast<std::uint32_t>(
        ::crc32_z(entry.crc32, reinterpret_cast<const Bytef*>(part.data()), part.size()));
  }
  entry.offset = file_.position();
  entry.method = compress ? zip::deflated : zip::stored;
  const std::vector<std::byte> deflated = compress ? deflate_all(parts) : std::vector<std::byte>();
  entry.compressed_size = compress ? deflated.size() : entry.size;
  write_local(entry);
  if (compress) {
    file_.write(deflated);
  } else {
    for (const std::span<const std::byte> part : parts) file_.write(part);
  }
  entries_.push_back(std::move(entry));
}

/// As NumPy does it, sizes stand in 8 bytes here whatever they are.
void ZipWriter::write_local(const Entry& entry) {
  Record record;
  record.u32(zip::local_signature).u16(version).u16(flags_of(entry.name)).u16(entry.method);
  record.u32(no_time).u32(entry.crc32).u32(zip::in_extra_field).u32(zip::in_extra_field);
  record.u16(entry.name.size()).u16(20).text(entry.name);
  record.u16(zip::zip64_field).u16(16).u64(entry.size).u64(entry.compressed_size);
  file_.write(record.bytes());
}

void ZipWriter::write_central(const Entry& entry) {
  Record wide;
  const auto narrow = [&](std::uint64_t value) -> std::uint64_t {
    if (value < zip64_from_) return value;
    wide.u64(value);
    return zip::in_extra_field;
  };
  const std::uint64_t size = narrow(entry.size);
  const std::uint64_t compressed_size = narrow(entry.compressed_size);
  const std::uint64_t offset = narrow(entry.offset);
  Record extra;
  if (!wide.bytes().empty()) {
    extra.u16(zip::zip64_field).u16(wide.bytes().size()).text(wide.bytes());
  }
  Record record;
  record.u32(zip::central_signature).u16(made_by).u16(version).u16(flags_of(entry.name));
  record.u16(entry.method).u32(no_time).u32(entry.crc32).u32(compressed_size).u32(size);
  record.u16(entry.name.size()).u16(extra.bytes().size()).u16(0).u16(0).u16(0).u32(permissions);
  record.u32(offset).text(entry.name).text(extra.bytes());
  file_.write(record.bytes());
}

void ZipWriter::finish() {
  const std::uint64_t begin = file_.position();
  for (const Entry& entry : entries_) write_central(entry);
  const std::uint64_t end = file_.position();
  const std::uint64_t size = end - begin;
  const std::uint64_t count = entries_.size();
  const bool wide = count >= zip::in_zip64_end || begin >= zip64_from_ || size >= zip64_from_;
  Record record;
  if (wide) {
    record.u32(zip::end64_signature).u64(zip::end64_size - 12).u16(made_by).u16(version).u32(0);
    record.u32(0).u64(count).u64(count).u64(size).u64(begin);
    record.u32(zip::locator_signature).u32(0).u64(end).u32(1);
  }
  record.u32(zip::end_signature).u16(0).u16(0);
  record.u16(wide ? zip::in_zip64_end : count).u16(wide ? zip::in_zip64_end : count);
  record.u32(wide ? zip::in_extra_field : size).u32(wide ? zip::in_extra_field : begin).u16(0);
  file_.write(record.bytes());
}

}  // namespace deft
