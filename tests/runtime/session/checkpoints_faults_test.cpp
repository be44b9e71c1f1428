#include <deft/runtime/checkpoints.hpp>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/child_process.hpp"
#include "support/refused_calls.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_folder.hpp"

// Checkpoints where a process is killed, and where the system refuses.

namespace deft {
namespace {

using Files = std::set<std::string>;

/// A training whose variable, 400 kB, has the step in every element.
struct Counter {
  Graph graph;
  Output a = variable(graph, Tensor::zeros(DType::i64, {50'000}), {.name = "a"});
  Output step = group({assign_add(a, ones_like(a)), advance_global_step(graph)});
  Output initialize = global_variables_initializer(graph);
  Session session{graph, {.threads = 1}};

  std::int64_t count() const { return session.value(global_step(graph)).item<std::int64_t>(); }
  bool is_consistent() const {
    const Tensor values = session.value(a);
    for (const std::int64_t value : values.data<std::int64_t>())
      if (value != count()) return false;
    return true;
  }
};

const CheckpointsOptions options{.keep = 2, .best = Better::higher};

/// Goes on from the latest checkpoint for as long as it lives.
[[noreturn]] void train_until_killed(const std::string& folder) {
  Counter counter;
  Checkpoints checkpoints(counter.graph, folder, options);
  if (!checkpoints.restore_latest(counter.session)) counter.session.run(counter.initialize);
  for (;;) {
    counter.session.run(counter.step);
    // Every third one is better than all before it.
    const double metric = static_cast<double>(counter.count() / 3);
    checkpoints.save(counter.session, {.metric = metric});
  }
}

TEST_CASE("after a kill at any instant all checkpoints are whole, and the training goes on") {
  const TempFolder folder;
  Counter counter;
  std::int64_t last = 0;
  useconds_t first_save = 5000;  // that a child needs for it, about; twice as long if it did not do
  std::size_t most = 2;  // one more after a kill between a new file and the removal of an old one
  for (int i = 0; i < (sanitized ? 10 : 40); ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        train_until_killed(folder / "");
      } catch (...) {
        ::_exit(1);
      }
    }
    ::usleep(first_save + static_cast<useconds_t>(i * 371));
    ::kill(child, SIGKILL);
    REQUIRE(wait_for(child) == 128 + SIGKILL);

    Checkpoints checkpoints(counter.graph, folder / "", options);
    const std::vector<std::string> paths = checkpoints.paths();
    CHECK(paths.size() <= most + 1);
    most = std::max<std::size_t>(2, paths.size());
    for (const std::string& path : paths) {
      restore(counter.session, path);
      CHECK(counter.is_consistent());
    }
    if (!checkpoints.restore_latest(counter.session)) {  // killed before the first one
      first_save *= 2;
      continue;
    }
    CHECK(counter.is_consistent());
    CHECK(counter.count() >= last);
    last = counter.count();
    const std::optional<Restored> best = checkpoints.restore_best(counter.session);
    REQUIRE(best.has_value());
    CHECK(counter.is_consistent());
    // A best one may have been saved before the checkpoint of its step.
    CHECK(counter.count() <= last + 1);
    CHECK(best->metadata.at("metric") == std::to_string(counter.count() / 3));
    CHECK(counter.count() / 3 >= last / 3);
  }
  CHECK(last > 0);
  Checkpoints checkpoints(counter.graph, folder / "", options);
  checkpoints.restore_latest(counter.session);
  counter.session.run(counter.step);
  checkpoints.save(counter.session);
  CHECK(checkpoints.paths().size() <= 2);
}

TEST_CASE("what the system refuses leaves the checkpoints that there are") {
  struct Fault {
    void (*begin)();
    const char* reason;
  };
  for (const Fault& fault :
       {Fault{[] { limit_file_size(100'000); }, ": File too large"},
        Fault{fill_disks, ": No space left on device"},
        Fault{[] { refuse_call(__NR_fsync, EIO); }, ": Input/output error"},
        Fault{[] { refuse_call(__NR_linkat, EDQUOT); }, ": Disk quota exceeded"},
        Fault{[] {
                forbid_nameless_files();
                refuse_call(rename_call, EACCES);
              },
              ": Permission denied"}}) {
    CAPTURE(fault.reason);
    const TempFolder folder;
    const int status = status_of_fork([&] {
      Counter counter;
      counter.session.run(counter.initialize);
      Checkpoints checkpoints(counter.graph, folder / "", options);
      counter.session.run(counter.step);
      checkpoints.save(counter.session, {.metric = 1});
      fault.begin();
      counter.session.run(counter.step);
      for (const std::optional<double> metric : {std::optional<double>(), std::optional<double>(2)})
        try {
          checkpoints.save(counter.session, {.metric = metric});
          return 1;
        } catch (const FileError& error) {
          if (!error.info().message.ends_with(fault.reason)) return 2;
        }
      if (counter.count() != 2) return 3;
      if (checkpoints.paths().size() != 1) return 4;
      checkpoints.restore_latest(counter.session);
      if (counter.count() != 1 || !counter.is_consistent()) return 5;
      return checkpoints.restore_best(counter.session)->metadata.at("metric") == "1" ? 0 : 6;
    });
    CHECK(status == 0);
    CHECK(folder.names() == Files{"best.safetensors", "step-000000001.safetensors"});
  }
}

TEST_CASE("a metric whose file could not be written is not the best one yet") {
  const TempFolder folder;
  const int status = status_of_fork([&] {
    Counter counter;
    counter.session.run(counter.initialize);
    Checkpoints checkpoints(counter.graph, folder / "", options);
    limit_file_size(100'000);
    try {
      checkpoints.save(counter.session, {.metric = 1});
      return 1;
    } catch (const FileError&) {
    }
    limit_file_size(RLIM_INFINITY);
    checkpoints.save(counter.session, {.metric = 1});
    return checkpoints.restore_best(counter.session).has_value() ? 0 : 2;
  });
  CHECK(status == 0);
}

std::string problem_of(const std::string& folder) {
  const Graph graph;
  const Error error = caught<FileError>([&] { Checkpoints(graph, folder); });
  CHECK(error.code() == ErrorCode::file_access);
  CHECK(error.info().where.line != 0);
  return error.info().message;
}

TEST_CASE("folders that cannot be") {
  const TempFolder folder;
  const std::string file = folder.add("file", "old");
  CHECK(problem_of(file) == "cannot make the folder " + file + ": Not a directory");
  CHECK(problem_of(file + "/a") == "cannot make the folder " + file + "/a: Not a directory");
  CHECK(problem_of("").starts_with("cannot make the folder : "));
  CHECK(problem_of(folder / std::string("a\0b", 3)).ends_with(": Invalid argument"));
  CHECK(folder.names() == Files{"file"});

  Counter counter;
  counter.session.run(counter.initialize);
  Checkpoints checkpoints(counter.graph, folder / "gone");
  std::filesystem::remove(folder / "gone");
  CHECK_THROWS_AS(checkpoints.save(counter.session), FileError);
  CHECK_THROWS_AS(checkpoints.restore_latest(counter.session), FileError);
  CHECK_THROWS_AS(checkpoints.paths(), FileError);
}

TEST_CASE("a folder without rights") {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::create_directory(folder / "fixed");
  Counter counter;
  counter.session.run(counter.initialize);
  counter.session.run(counter.step);
  save(counter.session, folder / "fixed/step-000000001.safetensors");
  REQUIRE(::chmod((folder / "").c_str(), 0755) == 0);
  REQUIRE(::chmod((folder / "fixed").c_str(), 0555) == 0);
  REQUIRE(::chmod((folder / "closed").c_str(), 0000) == 0);
  const auto is_refused = [](const auto& act) {
    try {
      act();
      return false;
    } catch (const FileError& error) {
      return error.info().message.ends_with(": Permission denied");
    }
  };
  const int status = status_of_fork_without_rights([&] {
    Counter other;
    if (!is_refused([&] { Checkpoints(other.graph, folder / "closed/run"); })) return 2;
    const Checkpoints closed(other.graph, folder / "closed");
    if (!is_refused([&] { closed.paths(); })) return 3;
    // A folder that may only be read has something to restore.
    Checkpoints fixed(other.graph, folder / "fixed");
    if (!fixed.restore_latest(other.session) || other.count() != 1) return 4;
    other.session.run(other.step);
    if (!is_refused([&] { fixed.save(other.session); })) return 5;
    return fixed.paths().size() == 1 ? 0 : 6;
  });
  CHECK(status == 0);
  ::chmod((folder / "fixed").c_str(), 0755);
  ::chmod((folder / "closed").c_str(), 0755);
}

}  // namespace
}  // namespace deft
