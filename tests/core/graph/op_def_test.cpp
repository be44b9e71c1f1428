#include <deft/core/op_def.hpp>

#include <doctest/doctest.h>

#include "caught.hpp"

namespace deft {
namespace {

TEST_CASE("a shape rule refuses with code, message and cure") {
  const Attributes attributes;
  const InferContext context{{}, attributes};
  const auto refusal = caught<Refusal>(
      [&] { context.fail(ErrorCode::dtype_mismatch, "f32 and i32 differ", "cast one of them"); });
  CHECK(refusal.code == ErrorCode::dtype_mismatch);
  CHECK(refusal.message == "f32 and i32 differ");
  CHECK(refusal.cure == "cast one of them");
}

TEST_CASE("an operation needs the values of its inputs unless it says otherwise") {
  OpDef op;
  CHECK(op.needs_value(0));
  op.shape_only_inputs = 1U << 31U | 1U;
  CHECK_FALSE(op.needs_value(0));
  CHECK(op.needs_value(1));
  CHECK_FALSE(op.needs_value(31));
  CHECK(op.needs_value(32));
  CHECK(op.needs_value(1000));
}

}  // namespace
}  // namespace deft
