// Kills the program at random instants, and lets it go on.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "examples/program.hpp"
#include "sample.hpp"
#include "support/child_process.hpp"
#include "support/sanitizers.hpp"

namespace examples::fashion {
namespace {

/// How often to kill: as DEFT_KILLS says, or often enough for every day.
int num_kills() {
  const char* wish = std::getenv("DEFT_KILLS");
  return wish != nullptr ? std::atoi(wish) : deft::sanitized ? 3 : 25;
}

std::vector<std::string> command(const std::string& data, const std::string& checkpoint) {
  return {FASHION_PROGRAM, "--data", data,           "--epochs", "6",
          "--threads",     "1",      "--checkpoint", checkpoint, "--resume"};
}

/// What a folder holds, by name; every file must be one that can be read.
std::map<std::string, std::string> read_all(const std::string& folder) {
  std::map<std::string, std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    CAPTURE(entry.path().string());
    CHECK(entry.path().extension() == ".safetensors");
    CHECK_NOTHROW(deft::read_safetensors(entry.path().string()));
    files[entry.path().filename().string()] = deft::bytes_of_file(entry.path());
  }
  return files;
}

}  // namespace

TEST_CASE("a run that is killed goes on to the bits of one that was not") {
  const deft::TempFolder data_folder;
  const std::string data = add_dataset(data_folder, sample_dataset());
  const deft::TempFolder folder;
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(run(command(data, folder / "whole")).status == 0);
  const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
  const std::map<std::string, std::string> expected = read_all(folder / "whole");
  REQUIRE(expected.size() == 3);

  std::mt19937 random(7);
  const int kills = num_kills();
  int killed = 0;
  for (int i = 0; killed < kills; ++i) {
    REQUIRE(i < 10 * kills);
    const std::string kept = folder / std::to_string(i);
    // Until it comes to its end, killed again and again: each run may do some epochs.
    for (int status = 1; status != 0;) {
      const pid_t child = start(command(data, kept), "/dev/null");
      std::this_thread::sleep_for(whole * std::uniform_real_distribution<double>(0, 1.1)(random));
      ::kill(child, SIGKILL);
      status = deft::wait_for(child);
      if (status != 0) {
        REQUIRE(status == 128 + SIGKILL);
        ++killed;
      }
      read_all(kept);
    }
    const std::map<std::string, std::string> files = read_all(kept);
    for (const auto& file : expected) {
      CAPTURE(file.first);
      REQUIRE(files.count(file.first) == 1);
      CHECK(files.at(file.first) == file.second);
    }
    // Between the last save and the removal of the oldest file a kill leaves that one behind.
    CHECK(files.size() <= expected.size() + 1);
    if (files.size() > expected.size()) CHECK(files.begin()->first < expected.begin()->first);
    std::filesystem::remove_all(kept);
  }
}

}  // namespace examples::fashion
