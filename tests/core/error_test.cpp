#include <deft/core/error.hpp>

#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

namespace deft {
namespace {

ErrorInfo full_info() {
  ErrorInfo info;
  info.code = ErrorCode::shape_mismatch;
  info.message = "inner dimensions 3 and 4 differ";
  info.cure = "transpose one of them";
  info.op = "matmul";
  info.node = "layer/matmul_1";
  info.operands = "f32[2, 3], f32[4, 5]";
  info.where = {"model.cpp", 12};
  return info;
}

TEST_CASE("an error says where, which op, what, with which inputs, and the cure") {
  CHECK(std::string(GraphError(full_info()).what()) ==
        "model.cpp:12: matmul 'layer/matmul_1': inner dimensions 3 and 4 differ "
        "(inputs: f32[2, 3], f32[4, 5]); transpose one of them");
}

TEST_CASE("an error leaves out what is empty") {
  ErrorInfo info = full_info();
  info.where = {};
  CHECK(std::string(Error(info).what()) ==
        "matmul 'layer/matmul_1': inner dimensions 3 and 4 differ "
        "(inputs: f32[2, 3], f32[4, 5]); transpose one of them");
  info.node.clear();
  info.operands.clear();
  CHECK(std::string(Error(info).what()) ==
        "matmul: inner dimensions 3 and 4 differ; transpose one of them");
  info.op.clear();
  info.cure.clear();
  CHECK(std::string(Error(info).what()) == "inner dimensions 3 and 4 differ");
  info.node = "x";
  CHECK(std::string(Error(info).what()) == "'x': inner dimensions 3 and 4 differ");
}

TEST_CASE("an error keeps its parts") {
  const RunError error(full_info());
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().op == "matmul");
  CHECK(error.info().where.line == 12);
}

TEST_CASE("an error that was moved from is whole") {
  GradientError first(full_info());
  const GradientError second = std::move(first);
  CHECK(first.code() == ErrorCode::shape_mismatch);  // NOLINT(bugprone-use-after-move)
  CHECK(second.info().node == first.info().node);
  CHECK(std::string(second.what()) == first.what());
}

TEST_CASE("copying an error cannot throw") {
  CHECK(std::is_nothrow_copy_constructible_v<Error>);
  CHECK(std::is_nothrow_copy_constructible_v<RunError>);
  CHECK(std::is_nothrow_copy_assignable_v<ValueError>);
}

TEST_CASE("an internal error asks to be reported") {
  const int line = __LINE__ + 1;
  const InternalError error("slot 3 has no owner");
  CHECK(error.code() == ErrorCode::internal);
  CHECK(std::string(error.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": internal error: slot 3 has no owner; this is a fault of deft itself: please report "
            "it with this text");
}

TEST_CASE("every error code has a name of its own") {
  std::set<std::string> names;
  const int count = static_cast<int>(ErrorCode::internal) + 1;
  for (int code = 0; code < count; ++code) names.insert(to_string(static_cast<ErrorCode>(code)));
  CHECK(names.size() == static_cast<std::size_t>(count));
  CHECK(names.count("unknown") == 0);
  CHECK(std::string(to_string(ErrorCode::uninitialized_variable)) == "uninitialized_variable");
}

}  // namespace
}  // namespace deft
