// Nothing recurses over the depth of a graph: a chain of a million nodes lives on a small stack.

#include <pthread.h>

#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr int length = sanitized ? 50'000 : 1'000'000;

/// What a thread with little stack found out; doctest's checks stay on the main thread.
struct Findings {
  std::size_t nodes = 0;
  double y = 0;
  double dy = 0;
  std::string error;
};

void build_run_destroy(Findings& findings) {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {});
  Output y = x;
  for (int i = 0; i < length; ++i) y = y + x;
  const Output dy = gradients(y, {x}).at(0);
  Session session(graph, {.threads = 2});
  const std::vector<Tensor> results = session.run({y, dy}, {{x, Tensor::scalar(2.0)}});
  findings.nodes = graph.num_nodes();
  findings.y = results[0].item<double>();
  findings.dy = results[1].item<double>();
}

void* on_small_stack(void* argument) {
  Findings& findings = *static_cast<Findings*>(argument);
  try {
    build_run_destroy(findings);
  } catch (const std::exception& error) {
    findings.error = error.what();
  }
  return nullptr;
}

TEST_CASE("a chain of a million nodes on a stack of 512 KB") {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, 512 * 1024) == 0);
  Findings findings;
  pthread_t thread;
  REQUIRE(pthread_create(&thread, &attributes, on_small_stack, &findings) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  CHECK(findings.error.empty());
  CHECK(findings.nodes > static_cast<std::size_t>(length));
  CHECK(findings.y == 2.0 * (length + 1));
  CHECK(findings.dy == length + 1);
}

}  // namespace
}  // namespace deft
