#include "files/byte_reader.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

#include "files/file_error.hpp"

namespace deft {
namespace {

constexpr const char* cut_short = "it was cut short: copy or download it again";
constexpr const char* damaged = "it is damaged: copy or download it again";

}  // namespace

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

/// Decompresses a part of a file as it is asked for.
class ByteReader::Inflater {
 public:
  Inflater(const File& file, const FilePart& part)
      : file_(file),
        next_(part.begin),
        end_(part.end),
        gzip_(part.compression == Compression::gzip) {
    constexpr int window = 15;  // 2^15 bytes, the largest there is; negative: no header
    if (inflateInit2(&stream_, gzip_ ? 16 + window : -window) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Fills as much of `to` as there is; returns how much that is.
  std::size_t read(const ByteReader& reader, std::span<std::byte> to) {
    std::size_t filled = 0;
    while (filled < to.size() && !at_end_) {
      refill();
      const std::size_t piece =
          std::min<std::size_t>(to.size() - filled, std::numeric_limits<uInt>::max());
      stream_.next_out = reinterpret_cast<Bytef*>(to.data() + filled);
      stream_.avail_out = static_cast<uInt>(piece);
      const int status = inflate(&stream_, Z_NO_FLUSH);
      filled += piece - stream_.avail_out;
      if (status == Z_STREAM_END) {
        go_on();
      } else if (status == Z_MEM_ERROR) {
        throw std::bad_alloc();
      } else if (status == Z_BUF_ERROR) {  // no progress, for want of input
        reader.fail_at(reader.position() + filled, "the compressed bytes end too early", cut_short);
      } else if (status != Z_OK) {
        const char* const reason = stream_.msg != nullptr ? stream_.msg : "no deflate";
        reader.fail_at(reader.position() + filled,
                       std::string("the compressed bytes are damaged (") + reason + ")", damaged);
      }
    }
    return filled;
  }

  /// Compressed bytes behind the end of those that were decompressed.
  std::uint64_t unread() const { return stream_.avail_in + (end_ - next_); }

 private:
  void refill() {
    if (stream_.avail_in != 0 || next_ == end_) return;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), end_ - next_));
    file_.read(next_, std::span(buffer_).first(count));
    next_ += count;
    stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_in = static_cast<uInt>(count);
  }

  /// What gzip compressed may consist of several pieces.
  void go_on() {
    at_end_ = !gzip_ || unread() == 0;
    if (!at_end_) inflateReset(&stream_);
  }

  const File& file_;
  std::uint64_t next_;  // the offset of the first byte that is not in the buffer
  std::uint64_t end_;
  bool gzip_;
  bool at_end_ = false;
  z_stream stream_{};
  std::array<std::byte, std::size_t{1} << 15U> buffer_;
};

ByteReader::ByteReader(const File& file, Compression compression)
    : ByteReader(file, FilePart{{}, 0, file.size(), compression}) {}

ByteReader::ByteReader(const File& file, FilePart part) : file_(file), part_(std::move(part)) {
  if (part_.compression != Compression::none) inflater_ = std::make_unique<Inflater>(file, part_);
}

ByteReader::~ByteReader() = default;

void ByteReader::read(std::span<std::byte> to) {
  if (inflater_ == nullptr) {
    expect(to.size(), "what comes next");
    file_.read(part_.begin + position_, to);
  } else if (const std::size_t count = inflater_->read(*this, to); count != to.size()) {
    fail_at(position_ + count,
            "the bytes end; " + std::to_string(to.size() - count) + " more are needed", cut_short);
  }
  position_ += to.size();
  if (!part_.checksum) return;
  crc32_ = static_cast<std::uint32_t>(
      ::crc32_z(crc32_, reinterpret_cast<const Bytef*>(to.data()), to.size()));
}

std::string ByteReader::read_text(std::size_t size) {
  std::string text(size, '\0');
  read(std::as_writable_bytes(std::span(text)));
  return text;
}

std::uint64_t ByteReader::most_left() const {
  const std::uint64_t stored = part_.end - part_.begin;
  if (inflater_ == nullptr) return stored - position_;
  std::uint64_t most = 0;
  if (__builtin_mul_overflow(stored, max_inflation, &most)) return std::uint64_t{0} - 1 - position_;
  return most - position_;
}

void ByteReader::expect(std::uint64_t count, const std::string& what) const {
  const std::uint64_t left = most_left();
  if (count <= left) return;
  fail(what + " takes " + std::to_string(count) + " bytes, but " +
           (inflater_ == nullptr ? "" : "at most ") + std::to_string(left) + " follow",
       cut_short);
}

void ByteReader::expect_end() {
  constexpr const char* cure = "remove what stands behind the tensor";
  if (inflater_ == nullptr) {
    if (most_left() == 0) return;
    fail("the tensor ends here, but " + std::to_string(most_left()) + " bytes follow", cure);
  }
  std::byte more{};
  if (inflater_->read(*this, {&more, 1}) != 0) fail("the tensor ends here, but bytes follow", cure);
  if (inflater_->unread() == 0) return;
  fail("the compressed bytes end here, but " + std::to_string(inflater_->unread()) +
           " bytes follow them in the file",
       cure);
}

void ByteReader::fail_at(std::uint64_t position, const std::string& problem,
                         const std::string& cure) const {
  file_.fail(part_.name + (part_.name.empty() ? "" : ": ") + "byte " + std::to_string(position),
             problem, cure);
}

}  // namespace deft
