#include "files/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "files/file_error.hpp"

namespace deft {
namespace {

/// What may come out of a pipe or a device, some of which never end.
constexpr std::size_t max_stream = std::size_t{1} << 30U;

}  // namespace

File::File(const std::string& path, SourceLocation where) : name_(path), where_(where) {
  check_path("read", path, where);
  descriptor_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!descriptor_.is_open() || ::fstat(descriptor_.get(), &status) != 0) {
    throw_access_error("read", name_, errno, where_);
  }
  if (S_ISDIR(status.st_mode)) throw_access_error("read", name_, EISDIR, where_);
  if (S_ISREG(status.st_mode)) {
    size_ = static_cast<std::uint64_t>(status.st_size);
  } else {
    read_stream();
  }
}

File::File(std::string name, std::span<const std::byte> bytes, SourceLocation where)
    : name_(std::move(name)), where_(where), bytes_(bytes), size_(bytes.size()) {}

void File::read_stream() {
  constexpr std::size_t piece = std::size_t{1} << 16U;
  for (std::size_t length = 0;;) {
    stream_.resize(length + piece);
    const ssize_t count = ::read(descriptor_.get(), stream_.data() + length, piece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_access_error("read", name_, errno, where_);
    length += static_cast<std::size_t>(count);
    if (length > max_stream) throw_access_error("read", name_, EFBIG, where_);
    if (count > 0) continue;
    descriptor_.close();
    bytes_ = std::span<const std::byte>(stream_).first(length);
    size_ = length;
    return;
  }
}

void File::read(std::uint64_t offset, std::span<std::byte> to) const {
  if (!descriptor_.is_open()) {
    if (!to.empty()) std::memcpy(to.data(), bytes_.data() + offset, to.size());
    return;
  }
  while (!to.empty()) {
    const ssize_t count =
        ::pread(descriptor_.get(), to.data(), to.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_access_error("read", name_, errno, where_);
    if (count == 0) fail("", "it has become shorter while it was read", "read it again");
    to = to.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

std::string File::text() const {
  std::string text(static_cast<std::size_t>(size_), '\0');
  read(0, std::as_writable_bytes(std::span(text)));
  return text;
}

void File::fail(const std::string& part, const std::string& problem,
                const std::string& cure) const {
  throw_file_error(ErrorCode::file_format,
                   printable(name_) + ": " + part + (part.empty() ? "" : ": ") + problem, cure,
                   where_);
}

}  // namespace deft
