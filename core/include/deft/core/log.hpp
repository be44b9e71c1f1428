#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace deft {

enum class LogLevel { debug, info, warning, error };

/// Receives one line, without a newline. May be called from any thread, never from two at once.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// Where deft says what it does: to nobody unless a sink is given. Copies share the sink. An
/// exception thrown by a sink, and a line that the sink itself logs, are dropped: logging never
/// changes a result.
class Logger {
 public:
  Logger() = default;  // silent
  explicit Logger(LogSink sink, LogLevel level = LogLevel::info);

  bool enabled(LogLevel level) const { return impl_ != nullptr && level >= level_; }
  void log(LogLevel level, std::string_view message) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // null: silent
  LogLevel level_ = LogLevel::info;
};

}  // namespace deft
