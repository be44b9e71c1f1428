#include <deft/ops/builtins.hpp>

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("the list of built-in operations is sorted and free of repetitions") {
  const auto ops = builtin_ops();
  CHECK(ops.size() > 50);
  const auto not_before = [](const OpDef* a, const OpDef* b) { return a->name >= b->name; };
  const auto wrong = std::adjacent_find(ops.begin(), ops.end(), not_before);
  CHECK_MESSAGE(wrong == ops.end(), std::string(wrong == ops.end() ? "" : (*wrong)->name));
}

TEST_CASE("every built-in operation says what it must") {
  for (const OpDef* op : builtin_ops()) {
    CAPTURE(std::string(op->name));
    const bool has_rule = op->infer != nullptr;
    CHECK(has_rule);
    CHECK((op->gradient != nullptr) == op->no_gradient.empty());
    const bool has_value =
        op->effect == Effect::fed || op->effect == Effect::reads_variable || op->value != nullptr;
    CHECK((op->kernel == nullptr) == has_value);
    CHECK(op->arity.min <= op->arity.max);
  }
}

}  // namespace
}  // namespace deft
