#include <deft/core/files/append_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "files/descriptor.hpp"
#include "files/file_error.hpp"

namespace deft {

struct AppendFile::Impl {
  std::string path;
  Descriptor descriptor;
  std::string rest;  // of the last append, where the file ends in its beginning

  /// How many of the bytes the system has taken; with fewer than all, errno says why.
  std::size_t write(std::string_view bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::write(descriptor.get(), bytes.data() + done, bytes.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  bool write_rest() {
    rest.erase(0, write(rest));
    return rest.empty();
  }
};

AppendFile::AppendFile(const std::string& folder, const std::string& name, SourceLocation where)
    : impl_(std::make_unique<Impl>()) {
  check_path("make", folder, where);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw_access_error("make the folder", folder, error.value(), where);
  const std::string begin = (std::filesystem::path(folder) / name).string();
  for (int number = 0; !impl_->descriptor.is_open(); ++number) {
    impl_->path = begin + '.';
    impl_->path += std::to_string(1'000'000 + number).substr(1);
    // Each write goes to the end, also where a forked process writes too.
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC;
    impl_->descriptor.reset(::open(impl_->path.c_str(), flags, 0666));
    if (!impl_->descriptor.is_open() && errno != EEXIST)
      throw_access_error("make", impl_->path, errno, where);
  }
}

AppendFile::~AppendFile() { impl_->write_rest(); }

void AppendFile::append(std::string_view bytes, SourceLocation where) {
  if (!impl_->write_rest()) throw_access_error("write", impl_->path, errno, where);
  const std::size_t done = impl_->write(bytes);
  if (done == bytes.size()) return;
  const int reason = errno;
  if (done != 0) impl_->rest = bytes.substr(done);
  throw_access_error("write", impl_->path, reason, where);
}

void AppendFile::sync(SourceLocation where) {
  if (!impl_->write_rest() || ::fsync(impl_->descriptor.get()) != 0)
    throw_access_error("write", impl_->path, errno, where);
}

const std::string& AppendFile::path() const { return impl_->path; }

}  // namespace deft
