#pragma once

namespace deft {

/// The runs that the present thread works for, innermost first: a kernel may itself start a run.
class RunScope {
 public:
  /// Who of the user's calls back while the thread works for the run.
  enum class Caller { kernel, until };

  RunScope(const void* session, bool writes, Caller caller = Caller::kernel)
      : session_(session), writes_(writes), caller_(caller) {}

  /// The innermost run of this thread, or nullptr.
  static const RunScope* current();

  /// The innermost run of this thread that writes variables of `session`, or nullptr.
  static const RunScope* writing(const void* session);

  Caller caller() const { return caller_; }

 private:
  friend class EnterScope;
  const void* session_;
  bool writes_;
  Caller caller_;
  const RunScope* outer_ = current();
};

/// While it lives, this thread works for `scope`.
class EnterScope {
 public:
  explicit EnterScope(const RunScope& scope);
  ~EnterScope();
  EnterScope(const EnterScope&) = delete;
  EnterScope& operator=(const EnterScope&) = delete;

 private:
  const RunScope* previous_;
};

}  // namespace deft
