#include "files/file_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>

#include <deft/core/files/folder.hpp>

#include "files/file_error.hpp"

namespace deft {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t buffer_size = std::size_t{1} << 16U;

/// Where a path leads when symbolic links are followed, also if nothing is there yet. Links in a
/// circle come to an end: then the system refuses what is left.
fs::path followed(fs::path path) {
  constexpr int most = 40;  // as Linux allows
  std::error_code error;
  for (int i = 0; i < most; ++i) {
    const fs::path link = fs::read_symlink(path, error);
    if (error) break;  // no link
    path = path.parent_path() / link;
  }
  return path;
}

/// A name that nobody can foresee, and so can neither be taken nor lead elsewhere by a planted
/// link.
std::string random_name() {
  std::random_device random;
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), ".deft-%08x%08x", random(), random());
  return name.data();
}

}  // namespace

FileWriter::FileWriter(const std::string& path, SourceLocation where) : path_(path), where_(where) {
  check_path("write", path, where);
  find_target();
  if (in_place_) {
    descriptor_.reset(::open(target_.c_str(), O_WRONLY | O_CLOEXEC));
  } else {
    open_draft();
  }
  if (!descriptor_.is_open()) fail(errno);
}

FileWriter::~FileWriter() {
  if (draft_has_name_) ::unlink(draft_.c_str());
}

void FileWriter::find_target() {
  struct stat status {};
  const fs::path target = followed(path_);
  target_ = target.string();
  folder_ = target.has_parent_path() ? target.parent_path().string() : ".";
  exists_ = ::stat(target_.c_str(), &status) == 0;
  if (!exists_) {
    if (errno != ENOENT) fail(errno);
    if (!target.has_filename()) fail(EISDIR);
    return;
  }
  if (S_ISDIR(status.st_mode)) fail(EISDIR);
  if (::access(target_.c_str(), W_OK) != 0) fail(errno);
  in_place_ = !S_ISREG(status.st_mode);
  mode_ = status.st_mode & 07777U;
}

void FileWriter::open_draft() {
  descriptor_.reset(::open(folder_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode_));
  // Such a file gets its name through /proc.
  if (descriptor_.is_open() && ::access(link_to_draft().c_str(), F_OK) == 0) return;
  draft_ = (fs::path(folder_) / random_name()).string();
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  descriptor_.reset(::open(draft_.c_str(), flags, mode_));
  draft_has_name_ = descriptor_.is_open();
}

std::string FileWriter::link_to_draft() const {
  return "/proc/self/fd/" + std::to_string(descriptor_.get());
}

/// Gives the draft the name of a file that is not there yet.
bool FileWriter::becomes_new_file() const {
  return !exists_ && !draft_has_name_ &&
         ::linkat(AT_FDCWD, link_to_draft().c_str(), AT_FDCWD, target_.c_str(),
                  AT_SYMLINK_FOLLOW) == 0;
}

/// Only a file with a name can take the place of another.
bool FileWriter::name_draft() {
  if (draft_has_name_) return true;
  draft_ = (fs::path(folder_) / random_name()).string();
  draft_has_name_ =
      ::linkat(AT_FDCWD, link_to_draft().c_str(), AT_FDCWD, draft_.c_str(), AT_SYMLINK_FOLLOW) == 0;
  return draft_has_name_;
}

void FileWriter::write(std::span<const std::byte> bytes) {
  position_ += bytes.size();
  if (buffer_.size() + bytes.size() > buffer_size) flush();
  if (bytes.size() < buffer_size) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  } else if (descriptor_.write(bytes) != bytes.size()) {
    fail(errno);
  }
}

void FileWriter::flush() {
  if (descriptor_.write(buffer_) != buffer_.size()) fail(errno);
  buffer_.clear();
}

void FileWriter::commit() {
  flush();
  if (in_place_) {
    if (!descriptor_.close()) fail(errno);
    return;
  }
  const int fd = descriptor_.get();
  if ((exists_ && ::fchmod(fd, mode_) != 0) || ::fsync(fd) != 0) fail(errno);
  const bool done = becomes_new_file() || (name_draft() && descriptor_.close() &&
                                           ::rename(draft_.c_str(), target_.c_str()) == 0);
  if (!done) fail(errno);
  draft_has_name_ = false;
  if (!sync_folder(folder_)) fail(errno);
}

void FileWriter::fail(int error_number) const {
  throw_access_error("write", path_, error_number, where_);
}

}  // namespace deft
