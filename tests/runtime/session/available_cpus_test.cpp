#include "session/available_cpus.hpp"

#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

#include <doctest/doctest.h>

#include <deft/deft.hpp>

namespace deft {
namespace {

TEST_CASE("there is at least one CPU, and a session takes them all by default") {
  CHECK(available_cpus() >= 1);
  const Graph graph;
  CHECK(Session(graph).threads() == available_cpus());
  CHECK(Session(graph, {.threads = 0}).threads() == available_cpus());
}

#ifdef __linux__
TEST_CASE("a process that is bound to one CPU has one") {
  // A thread of its own, so that the rest of the program stays as free as it was.
  std::thread([] {
    cpu_set_t allowed;
    CHECK(sched_getaffinity(0, sizeof allowed, &allowed) == 0);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &allowed)) ++cpu;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    CHECK(available_cpus() == 1);
    CHECK(Session(Graph()).threads() == 1);
    leave_cpu(cpu);  // there is no other
    CHECK(current_cpu() == cpu);
  }).join();
}

TEST_CASE("a thread that leaves a CPU may come back") {
  if (available_cpus() == 1) {
    MESSAGE("skipped: there is one CPU");
    return;
  }
  std::thread([] {
    cpu_set_t before;
    CHECK(sched_getaffinity(0, sizeof before, &before) == 0);
    int moved = 0;
    for (int i = 0; i < 20; ++i) {
      const int cpu = current_cpu();
      leave_cpu(cpu);
      if (current_cpu() != cpu) ++moved;
    }
    CHECK(moved > 0);
    leave_cpu(-1);
    leave_cpu(1'000'000);
    cpu_set_t after;
    CHECK(sched_getaffinity(0, sizeof after, &after) == 0);
    CHECK(CPU_EQUAL(&before, &after));
  }).join();
}
#endif

}  // namespace
}  // namespace deft
