#pragma once

#include <functional>
#include <string>

#include "rendezvous/store.hpp"

namespace deft::collectives {

/// Notes as files "<group>.<generation>.<rank>" of a folder.
class FolderStore final : public Store {
 public:
  /// Makes the folder if need be. Throws RunError if it is none, or others may write to it.
  explicit FolderStore(const GroupOptions& options);
  ~FolderStore() override;

  bool put(int generation, int rank, const std::string& note) override;
  std::optional<std::string> get(int generation, int rank) override;
  int newest() override;
  void forget(int generation, int rank) noexcept override;
  void forget_before(int generation) noexcept override;

 private:
  void make_folder() const;

  /// Calls visitor(generation, path, is_whole) for each note, also for drafts of some.
  void visit(const std::function<void(int, const std::string&, bool)>& visitor) const;
  std::string path(int generation, int rank) const;
  [[noreturn]] void fail(const std::string& action, const std::string& path, int error) const;

  std::string folder_;
  std::string group_;
  SourceLocation where_;
};

}  // namespace deft::collectives
