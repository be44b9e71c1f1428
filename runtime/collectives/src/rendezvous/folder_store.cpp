#include "rendezvous/folder_store.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deft/core/error.hpp>

namespace deft::collectives {
namespace {

namespace fs = std::filesystem;

/// How often the last of other groups may remove the folder before this one has a note in it.
constexpr int most_removals = 100;

/// Writes a new file whole; the errno of what went wrong, or 0.
int write_file(const std::string& path, const std::string& text) {
  const int file =
      ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return errno;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = written ? 0 : errno;
  return ::close(file) != 0 && error == 0 ? errno : error;
}

/// The number in front of a '.', which is taken off with it; -1 if there is none.
int take_number(std::string_view& text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty() || text.front() != '.') return -1;
  text.remove_prefix(1);
  return number;
}

}  // namespace

FolderStore::FolderStore(const GroupOptions& options)
    : folder_(options.store), group_(options.name), where_(options.where) {
  struct stat found {};
  int error = ENOENT;
  for (int turn = 0; error == ENOENT && turn < most_removals; ++turn) {
    make_folder();
    error = ::lstat(folder_.c_str(), &found) == 0 ? 0 : errno;
  }
  if (error != 0) fail("look at", folder_, error);
  if (!S_ISDIR(found.st_mode) || found.st_uid != ::geteuid() ||
      (found.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    throw RunError({.code = ErrorCode::file_access,
                    .message = "the store " + folder_ +
                               " is not a folder that this user has and nobody else may write to",
                    .cure = "name one that deft may make, or chmod 700 it",
                    .op = "Communicator::connect",
                    .where = where_});
}

/// The last of a group leaves nothing behind.
FolderStore::~FolderStore() { ::rmdir(folder_.c_str()); }

void FolderStore::make_folder() const {
  if (::mkdir(folder_.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail("make", folder_, errno);
}

/// A file of another name is written first, and then linked to the name: so a note is whole when it
/// appears, and the first of two processes has it.
bool FolderStore::put(int generation, int rank, const std::string& note) {
  const std::string target = path(generation, rank);
  const std::string draft = target + '.' + std::to_string(::getpid()) + ".new";
  int error = write_file(draft, note);
  for (int turn = 0; error == ENOENT && turn < most_removals; ++turn) {
    make_folder();
    error = write_file(draft, note);
  }
  if (error != 0) {
    ::unlink(draft.c_str());
    fail("write", draft, error);
  }
  error = ::link(draft.c_str(), target.c_str()) == 0 ? 0 : errno;
  ::unlink(draft.c_str());
  const bool is_over = error == ENOENT;  // rank 0 of a newer generation has removed the draft
  if (error != 0 && error != EEXIST && !is_over) fail("write", target, error);
  return error == 0;
}

std::optional<std::string> FolderStore::get(int generation, int rank) {
  std::ifstream file(path(generation, rank), std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void FolderStore::visit(const std::function<void(int, const std::string&, bool)>& visitor) const {
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string() + '.';
    std::string_view rest = name;
    if (!rest.starts_with(group_ + '.')) continue;
    rest.remove_prefix(group_.size() + 1);
    const int generation = take_number(rest);
    const int rank = take_number(rest);
    if (generation >= 0 && rank >= 0) visitor(generation, at->path().string(), rest.empty());
  }
}

int FolderStore::newest() {
  int newest = 0;
  visit([&](int generation, const std::string&, bool is_whole) {
    if (is_whole) newest = std::max(newest, generation);
  });
  return newest;
}

void FolderStore::forget_before(int generation) noexcept {
  visit([&](int of_note, const std::string& path, bool) {
    if (of_note < generation) ::unlink(path.c_str());
  });
}

void FolderStore::forget(int generation, int rank) noexcept {
  ::unlink(path(generation, rank).c_str());
}

std::string FolderStore::path(int generation, int rank) const {
  return folder_ + '/' + group_ + '.' + std::to_string(generation) + '.' + std::to_string(rank);
}

void FolderStore::fail(const std::string& action, const std::string& path, int error) const {
  throw RunError({.code = ErrorCode::file_access,
                  .message = "the system does not let deft " + action + ' ' + path + ": " +
                             std::strerror(error),
                  .cure = "give a store that all ranks can write to",
                  .op = "Communicator::connect",
                  .where = where_});
}

}  // namespace deft::collectives
