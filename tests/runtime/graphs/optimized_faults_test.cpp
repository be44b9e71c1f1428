// What is wrong with a kernel is the same error with all passes and with none.

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

namespace deft {
namespace {

/// f32[] -> f32[]: a user's op with little to do, so that it may be folded.
constexpr OpDef faulty(OpDef::Prepare kernel) {
  return {.name = "faulty",
          .arity = {1, 1},
          .infer =
              [](const InferContext&) {
                return std::vector<TensorSpec>{{DType::f32, {}}};
              },
          .kernel = kernel};
}

constexpr OpDef throws_number = faulty(
    [](const KernelContext&) { return make_kernel([](const KernelArgs&) { throw 42; }, 1); });
constexpr OpDef unprepared = faulty([](const KernelContext&) -> Kernel { throw 42; });
constexpr OpDef no_blocks = faulty([](const KernelContext&) {
  const auto body = [](const KernelArgs&, std::int64_t, std::int64_t) {};
  return make_blocked_kernel(body, 0, 0, 1);
});
constexpr OpDef renames_other_dtype =
    faulty([](const KernelContext&) { return Kernel::forward(); });
constexpr OpDef copies_other = faulty([](const KernelContext&) {
  Kernel kernel = make_kernel([](const KernelArgs&) {}, 1);
  kernel.copies = 7;
  return kernel;
});

/// The error that a run of `fetch` gives.
std::string error_of(const Output& fetch, const Optimizations& optimizations) {
  Session session(fetch.graph(), {.threads = 1, .optimizations = optimizations});
  try {
    session.run(fetch);
    return "nothing was thrown";
  } catch (const RunError& error) {
    return error.what();
  } catch (...) {
    return "what was thrown is no RunError";
  }
}

TEST_CASE("a faulty kernel is refused alike, of constants too") {
  for (const OpDef* op :
       {&throws_number, &unprepared, &no_blocks, &renames_other_dtype, &copies_other}) {
    const Graph graph;
    const Output x = constant(graph, Tensor::scalar(1.0));
    const Output y = add_node(*op, {x}, {}, {.name = "y"});
    CHECK(error_of(y, {}) == error_of(y, Optimizations::none()));
  }
}

}  // namespace
}  // namespace deft
