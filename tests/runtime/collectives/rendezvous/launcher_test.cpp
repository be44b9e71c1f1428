#include "rendezvous/launcher.hpp"

#include <map>
#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

namespace deft::collectives {
namespace {

using Variables = std::map<std::string, std::string>;

GroupOptions with(const Variables& variables, const GroupOptions& options = {}) {
  return completed(options, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

std::string error_of(const Variables& variables, const GroupOptions& options = {}) {
  try {
    with(variables, options);
  } catch (const RunError& error) {
    CHECK(error.code() == ErrorCode::invalid_argument);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("without a launcher a process is alone") {
  const GroupOptions known = with({});
  CHECK(known.rank == 0);
  CHECK(known.size == 1);
}

TEST_CASE("each launcher says who is who") {
  const auto check = [](const Variables& variables, int rank, int size) {
    const GroupOptions known = with(variables);
    CHECK(known.rank == rank);
    CHECK(known.size == size);
    CHECK(known.store == "/store");
  };
  check({{"RANK", "1"}, {"WORLD_SIZE", "4"}, {"DEFT_STORE", "/store"}}, 1, 4);
  check({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "3"}, {"DEFT_STORE", "/store"}}, 2,
        3);
  check({{"SLURM_PROCID", "0"}, {"SLURM_STEP_NUM_TASKS", "2"}, {"DEFT_STORE", "/store"}}, 0, 2);
  check({{"PMI_RANK", "5"}, {"PMI_SIZE", "6"}, {"DEFT_STORE", "/store"}}, 5, 6);
}

TEST_CASE("the script of a batch of Slurm is no rank") {
  CHECK(with({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}}).size == 1);
}

TEST_CASE("options win over launchers") {
  const GroupOptions known = with({{"RANK", "1"}, {"WORLD_SIZE", "4"}, {"DEFT_STORE", "/store"}},
                                  {.rank = 3, .store = "/mine", .address = "10.0.0.1"});
  CHECK(known.rank == 3);
  CHECK(known.size == 4);
  CHECK(known.store == "/mine");
  CHECK(known.address == "10.0.0.1");
}

TEST_CASE("ranks listen on the loopback address unless they are known to be on several machines") {
  Variables variables{{"RANK", "1"}, {"WORLD_SIZE", "4"}, {"DEFT_STORE", "/store"}};
  CHECK(with(variables).address == "127.0.0.1");
  variables["LOCAL_WORLD_SIZE"] = "4";
  CHECK(with(variables).address == "127.0.0.1");
  variables["LOCAL_WORLD_SIZE"] = "2";
  CHECK(with(variables).address.empty());
  variables["DEFT_ADDRESS"] = "10.0.0.2";
  CHECK(with(variables).address == "10.0.0.2");
}

TEST_CASE("mpirun's ranks meet in the folder of their job, or by PMIx on several machines") {
  Variables variables{{"OMPI_COMM_WORLD_RANK", "1"},
                      {"OMPI_COMM_WORLD_SIZE", "4"},
                      {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"},
                      {"PMIX_SERVER_TMPDIR", "/job"}};
  CHECK(with(variables).store == "/job/deft");
  variables["OMPI_COMM_WORLD_LOCAL_SIZE"] = "2";
  CHECK(with(variables).store == "pmix:");
}

TEST_CASE("what is wrong is named") {
  CHECK(contains(error_of({{"RANK", "one"}, {"WORLD_SIZE", "4"}}), "RANK is \"one\""));
  CHECK(contains(error_of({{"RANK", "1"}, {"WORLD_SIZE", "-4"}}), "WORLD_SIZE is \"-4\""));
  CHECK(contains(error_of({{"RANK", "4"}, {"WORLD_SIZE", "4"}}), "counted from 0"));
  CHECK(contains(error_of({}, {.size = 4}), "one of them is missing"));
  CHECK(contains(error_of({{"RANK", "1"}, {"WORLD_SIZE", "4"}}), "nothing says where the 4 ranks"));
  CHECK(contains(error_of({}, {.name = "a/b"}), "the group's name is \"a/b\""));
  CHECK(contains(error_of({}, {.timeout = std::chrono::milliseconds(0)}), "timeout"));
}

}  // namespace deft::collectives
