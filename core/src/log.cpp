#include <deft/core/log.hpp>

#include <mutex>
#include <string>
#include <utility>

#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

namespace deft {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::off;
}

LogLevel from_spdlog(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return LogLevel::debug;
    case spdlog::level::info:
      return LogLevel::info;
    case spdlog::level::warn:
      return LogLevel::warning;
    default:
      return LogLevel::error;
  }
}

/// Hands lines to the user's callback, one at a time. The mutex is recursive, so that a callback
/// which logs does not wait for itself; what it logs is dropped, or it might never end. (It stands
/// here and not in base_sink, which spdlog's library has for std::mutex and null_mutex alone.)
class CallbackSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit CallbackSink(LogSink callback) : callback_(std::move(callback)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& line) override {
    const std::lock_guard lock(mutex_);
    if (busy_) return;
    busy_ = true;
    try {
      callback_(from_spdlog(line.level), {line.payload.data(), line.payload.size()});
    } catch (...) {  // NOLINT(bugprone-empty-catch): logging never changes a result
    }
    busy_ = false;
  }

  void flush_() override {}

 private:
  LogSink callback_;
  std::recursive_mutex mutex_;
  bool busy_ = false;
};

}  // namespace

/// A spdlog::logger of its own: spdlog's registry, which outlives nothing safely, is never used.
struct Logger::Impl {
  explicit Impl(LogSink callback)
      : logger("deft", std::make_shared<CallbackSink>(std::move(callback))) {
    logger.set_level(spdlog::level::trace);               // Logger::enabled decides
    logger.set_error_handler([](const std::string&) {});  // by default spdlog writes to stderr
  }

  spdlog::logger logger;
};

Logger::Logger(LogSink sink, LogLevel level)
    : impl_(sink ? std::make_shared<Impl>(std::move(sink)) : nullptr), level_(level) {}

void Logger::log(LogLevel level, std::string_view message) const {
  if (!enabled(level)) return;
  impl_->logger.log(to_spdlog(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace deft
