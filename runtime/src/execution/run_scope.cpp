#include "run_scope.hpp"

namespace deft {
namespace {

thread_local const RunScope* innermost = nullptr;

}  // namespace

const RunScope* RunScope::current() { return innermost; }

const RunScope* RunScope::writing(const void* session) {
  const RunScope* scope = innermost;
  while (scope != nullptr && !(scope->session_ == session && scope->writes_)) scope = scope->outer_;
  return scope;
}

EnterScope::EnterScope(const RunScope& scope) : previous_(innermost) { innermost = &scope; }

EnterScope::~EnterScope() { innermost = previous_; }

}  // namespace deft
