#pragma once

namespace deft {

/// The runs that the present thread works for, innermost first: a kernel may itself start a run.
class RunScope {
 public:
  RunScope(const void* session, bool writes) : session_(session), writes_(writes) {}

  /// The innermost run of this thread, or nullptr.
  static const RunScope* current();

  /// True if this thread works for a run that writes variables of `session`.
  static bool is_writing(const void* session);

 private:
  friend class EnterScope;
  const void* session_;
  bool writes_;
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
