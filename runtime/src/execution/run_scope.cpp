#include "run_scope.hpp"

namespace deft {
namespace {

thread_local const RunScope* innermost = nullptr;

}  // namespace

const RunScope* RunScope::current() { return innermost; }

bool RunScope::is_writing(const void* session) {
  for (const RunScope* scope = innermost; scope != nullptr; scope = scope->outer_)
    if (scope->session_ == session && scope->writes_) return true;
  return false;
}

EnterScope::EnterScope(const RunScope& scope) : previous_(innermost) { innermost = &scope; }

EnterScope::~EnterScope() { innermost = previous_; }

}  // namespace deft
