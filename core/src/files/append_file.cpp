#include <deft/core/files/append_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <span>

#include <deft/core/files/folder.hpp>

#include "files/descriptor.hpp"
#include "files/file_error.hpp"

namespace deft {

struct AppendFile::Impl {
  std::string path;
  Descriptor descriptor;
  bool name_is_synced = false;
  std::string rest;  // of the last append, where the file ends in its beginning

  std::size_t write(std::string_view bytes) const {
    return descriptor.write(std::as_bytes(std::span(bytes)));
  }

  bool write_rest() {
    rest.erase(0, write(rest));
    return rest.empty();
  }
};

AppendFile::AppendFile(const std::string& folder, const std::string& name, SourceLocation where)
    : impl_(std::make_unique<Impl>()) {
  make_folder(folder, where);
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
  const auto folder = [&] { return std::filesystem::path(impl_->path).parent_path().string(); };
  const bool done = impl_->write_rest() && ::fsync(impl_->descriptor.get()) == 0 &&
                    (impl_->name_is_synced || sync_folder(folder()));
  if (!done) throw_access_error("write", impl_->path, errno, where);
  impl_->name_is_synced = true;
}

const std::string& AppendFile::path() const { return impl_->path; }

}  // namespace deft
