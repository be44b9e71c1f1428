#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace deft {

enum class LogLevel { debug, info, warning, error };

/// Receives one line, without a newline. May be called from any thread, never from two at once.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// Where deft says what it does: to nobody unless a sink is given. Copies share the sink. An exception thrown by a sink
/// is dropped: logging never changes a result.
class Logger {
 public:
  Logger() = default;  // silent
  explicit Logger(LogSink sink, LogLevel level = LogLevel::info);

  bool enabled(LogLevel level) const;
  void log(LogLevel level, std::string_view message) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace deft
