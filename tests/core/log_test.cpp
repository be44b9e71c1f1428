#include <deft/core/log.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/on_threads.hpp"

namespace deft {
namespace {

using Lines = std::vector<std::pair<LogLevel, std::string>>;

/// A sink that appends to `lines`.
LogSink collect(Lines& lines) {
  return [&lines](LogLevel level, std::string_view line) { lines.emplace_back(level, line); };
}

TEST_CASE("a default logger is silent") {
  const Logger logger;
  CHECK_FALSE(logger.enabled(LogLevel::error));
  logger.log(LogLevel::error, "nobody hears this");
  CHECK_FALSE(Logger(LogSink()).enabled(LogLevel::error));
  Logger(LogSink()).log(LogLevel::error, "nor this");
}

TEST_CASE("a sink receives lines at and above its level") {
  Lines lines;
  const Logger logger(collect(lines), LogLevel::info);
  CHECK_FALSE(logger.enabled(LogLevel::debug));
  CHECK(logger.enabled(LogLevel::info));
  logger.log(LogLevel::debug, "debug");
  logger.log(LogLevel::info, "info {} %s");
  logger.log(LogLevel::warning, "");
  logger.log(LogLevel::error, std::string(100000, 'x'));
  CHECK(lines == Lines{{LogLevel::info, "info {} %s"},
                       {LogLevel::warning, ""},
                       {LogLevel::error, std::string(100000, 'x')}});
  Lines all;
  Logger(collect(all), LogLevel::debug).log(LogLevel::debug, "debug");
  CHECK(all == Lines{{LogLevel::debug, "debug"}});
}

TEST_CASE("copies of a logger share the sink") {
  Lines lines;
  auto logger = std::make_optional<Logger>(collect(lines));
  const Logger copy = *logger;  // NOLINT(performance-unnecessary-copy-initialization)
  logger->log(LogLevel::info, "one");
  logger.reset();
  copy.log(LogLevel::info, "two");
  CHECK(lines == Lines{{LogLevel::info, "one"}, {LogLevel::info, "two"}});
}

TEST_CASE("loggers are independent") {
  Lines first;
  Lines second;
  const Logger a(collect(first));
  const Logger b(collect(second), LogLevel::error);
  a.log(LogLevel::info, "a");
  b.log(LogLevel::info, "b");
  b.log(LogLevel::error, "c");
  CHECK(first == Lines{{LogLevel::info, "a"}});
  CHECK(second == Lines{{LogLevel::error, "c"}});
}

TEST_CASE("what a sink throws is dropped") {
  int calls = 0;
  const Logger logger([&](LogLevel, std::string_view) {
    if (++calls == 1) throw std::runtime_error("disk full");
    if (calls == 2) throw 3;
  });
  for (int i = 0; i < 3; ++i) CHECK_NOTHROW(logger.log(LogLevel::info, "line"));
  CHECK(calls == 3);
}

TEST_CASE("what a sink logs itself is dropped") {
  Logger logger;
  Lines lines;
  logger = Logger([&](LogLevel level, std::string_view line) {
    lines.emplace_back(level, line);
    logger.log(level, "again");
  });
  logger.log(LogLevel::info, "one");
  logger.log(LogLevel::info, "two");
  CHECK(lines == Lines{{LogLevel::info, "one"}, {LogLevel::info, "two"}});
}

TEST_CASE("a sink is never called twice at once") {
  std::atomic<int> inside = 0;
  std::atomic<int> overlaps = 0;
  int count = 0;
  const Logger logger([&](LogLevel, std::string_view) {
    if (++inside != 1) ++overlaps;
    ++count;
    --inside;
  });
  on_threads(4, [&](int) {
    for (int line = 0; line < 1000; ++line) logger.log(LogLevel::info, "line");
  });
  CHECK(overlaps == 0);
  CHECK(count == 4000);
}

}  // namespace
}  // namespace deft
