#include <deft/runtime/event_writer.hpp>

#include <cstdint>
#include <limits>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

struct Misused {
  TempFolder folder;
  EventWriter log{folder / "run"};
  std::string before = bytes_of_file(log.path());

  /// "message; cure" of what `f`, which begins in this line, throws, having written nothing. No
  /// macro may stand around the call: within one, compilers count lines each in its own way.
  template <class F>
  std::string thrown(ErrorCode code, int line, const F& f) const {
    const auto error = caught<FileError>(f);
    CHECK(error.code() == code);
    CHECK(error.info().where.line >= line);
    CHECK(error.info().where.line <= line + 2);
    CHECK(std::string(error.info().where.file).ends_with("event_writer_misuse_test.cpp"));
    CHECK(bytes_of_file(log.path()) == before);
    return error.info().message + "; " + error.info().cure;
  }

  template <class F>
  void check(const std::string& expected, ErrorCode code, int line, const F& f) const {
    const std::string text = thrown(code, line, f);
    CHECK(text == expected);
  }
};

constexpr auto bad = ErrorCode::invalid_argument;
constexpr const char* not_utf8 = "\xC3(";
const std::string convert = " is not UTF-8, but TensorBoard reads no other; convert it to UTF-8";

}  // namespace

TEST_CASE("tags that no one could read") {
  Misused m;
  m.check("the tag of a scalar is empty; give it a name", bad, __LINE__,
          [&] { m.log.scalar("", 1, 2); });
  m.check("the tag of a histogram is empty; give it a name", bad, __LINE__,
          [&] { m.log.histogram("", 1, Tensor{1.0F}); });
  m.check("the tag of an image is empty; give it a name", bad, __LINE__, [&] {
    m.log.image("", 1, Tensor::zeros(DType::u8, {1, 1, 1, 1}));
  });
  m.check("the tag of a text" + convert, bad, __LINE__, [&] { m.log.text(not_utf8, 1, "a"); });
  m.check("the text 'notes'" + convert, bad, __LINE__, [&] { m.log.text("notes", 1, not_utf8); });
}

TEST_CASE("a tag has one kind of data") {
  Misused m;
  m.log.scalar("a", 1, 2);
  m.before = bytes_of_file(m.log.path());
  m.check(
      "the tag 'a' of a text is that of a scalar already, and TensorBoard shows a tag as what "
      "came first; use another tag",
      bad, __LINE__, [&] { m.log.text("a", 1, "b"); });
  m.log.scalar("a", 2, 3);
  m.log.text("w/non_finite", 2, "b");
  m.before = bytes_of_file(m.log.path());
  const Tensor nan{std::numeric_limits<float>::quiet_NaN()};
  const std::string text = m.thrown(bad, __LINE__, [&] { m.log.histogram("w", 1, nan); });
  CHECK(text.find("'w/non_finite'") != std::string::npos);
}

TEST_CASE("scalars are single numbers") {
  Misused m;
  m.check("the scalar 'loss' is f32[2], not one number; reduce it, or write a histogram",
          ErrorCode::shape_mismatch, __LINE__, [&] {
            m.log.scalars(1, {{"fine", 1}, {"loss", Tensor{1.0F, 2.0F}}});
          });
  m.check("the scalar 'loss' is f32[0], not one number; reduce it, or write a histogram",
          ErrorCode::shape_mismatch, __LINE__, [&] { m.log.scalar("loss", 1, Tensor()); });
}

TEST_CASE("steps are single integers below 2 to the 63") {
  Misused m;
  m.check("the step is f32[1], not an integer; give it i64 or i32, such as a step counter",
          ErrorCode::dtype_mismatch, __LINE__, [&] { m.log.scalar("a", Tensor{1.0F}, 1); });
  m.check("the step is i32[2], not one number; give it a tensor of one element",
          ErrorCode::shape_mismatch, __LINE__, [&] {
            m.log.text("a", Tensor{1, 2}, "b");
          });
  const std::uint64_t large = std::uint64_t{1} << 63U;
  m.check("the step is 9223372036854775808, but steps are less than 2^63; count from 0",
          ErrorCode::overflow, __LINE__, [&] { m.log.scalar("a", large, 1); });
}

TEST_CASE("images know the line of the call") {
  Misused m;
  const std::string text =
      m.thrown(ErrorCode::shape_mismatch, __LINE__, [&] { m.log.image("a", 1, Tensor{1.0F}); });
  CHECK(text.starts_with("the image 'a' is f32[1]"));
}

TEST_CASE("hyperparameters that no table can have") {
  Misused m;
  m.check("the name of a hyperparameter is empty; give it a name", bad, __LINE__, [&] {
    m.log.hyper_parameters({{"", 1}});
  });
  m.check("the name of a hyperparameter" + convert, bad, __LINE__, [&] {
    m.log.hyper_parameters({{not_utf8, true}});
  });
  m.check("the hyperparameter 'a'" + convert, bad, __LINE__, [&] {
    m.log.hyper_parameters({{"a", not_utf8}});
  });
  m.check("two hyperparameters are named 'a'; give one of them another name", bad, __LINE__, [&] {
    m.log.hyper_parameters({{"a", 1}, {"b", 2}, {"a", true}});
  });
  const float infinity = std::numeric_limits<float>::infinity();
  m.check(
      "the hyperparameter 'a' is inf, but TensorBoard shows no table with numbers that are not "
      "finite; give it as a text",
      bad, __LINE__, [&] {
        m.log.hyper_parameters({{"a", infinity}});
      });
  m.check("the tag of a metric is empty; give it a name", bad, __LINE__, [&] {
    m.log.hyper_parameters({{"a", 1}}, {"loss", ""});
  });
}

TEST_CASE("a clock that gives no time") {
  Misused m;
  for (const double seconds : {-1.0, 1e10, std::numeric_limits<double>::quiet_NaN()}) {
    const auto error = caught<FileError>(
        [&] { const EventWriter made(m.folder / "other", {.clock = [=] { return seconds; }}); });
    CHECK(error.code() == bad);
    CHECK(error.info().message.ends_with(", but seconds since 1970 are from 0 to 10000000000"));
  }
  CHECK(m.folder.names() == std::set<std::string>{"run"});
}

TEST_CASE("a folder that cannot be made") {
  Misused m;
  const std::string file = m.folder.add("file", "old");
  m.check("cannot make the folder " + file + ": Not a directory; ", ErrorCode::file_access,
          __LINE__, [&] { const EventWriter made(file, {}); });
}

}  // namespace deft
