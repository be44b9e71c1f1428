#include "verify.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <deft/core/error.hpp>

#include "prepare.hpp"
#include "rewriting.hpp"
#include "verify_groups.hpp"

namespace deft {
namespace {

std::string text(std::size_t number) { return std::to_string(number); }

/// "position 3 ('x')"
std::string position(const Draft& draft, std::size_t at) {
  return "position " + text(at) + " ('" + draft.node(at).name() + "')";
}

/// What is wrong with lists of numbers below `limit`, once they are filled. There may be fewer
/// lists than `most` only where `all_there` is false.
std::string fault_of_lists(const char* what, const Lists& lists, std::size_t most,
                           std::size_t limit, bool all_there = true) {
  if (lists.empty()) return {};
  if (lists.size() > most || (all_there && lists.size() != most))
    return std::string(what) + ": " + text(lists.size()) + " lists, not " + text(most);
  for (const std::uint32_t number : lists.all())
    if (number >= limit) return std::string(what) + ": " + text(number) + " does not exist";
  return {};
}

/// What is wrong with the size of an array that has `wanted` entries as soon as it is filled.
template <class Array>
std::string fault_of_size(const char* what, const Array& array, std::size_t wanted) {
  if (array.empty() || array.size() == wanted) return {};
  return std::string(what) + " has " + text(array.size()) + " entries, not " + text(wanted);
}

/// The first fault of several checks, each made only if those before it found nothing.
template <class... Check>
std::string first_of(const Draft& draft, Check... check) {
  std::string fault;
  static_cast<void>(((fault = check(draft)).empty() && ...));
  return fault;
}

std::string sizes(const Draft& d) {
  const std::size_t n = d.order.size();
  const std::size_t v = d.specs.size();
  for (const std::string& fault :
       {fault_of_size("operations", d.operations, n), fault_of_size("needed", d.needed, n),
        fault_of_size("pinned", d.pinned, n), fault_of_size("group_of", d.group_of, n),
        fault_of_size("first_value", d.first_value, n + 1), fault_of_size("same_as", d.same_as, v),
        fault_of_lists("inputs", d.inputs, n, v),
        // Constants that a pass appends wait for nothing: `drop_unused` lists them.
        fault_of_lists("waits", d.waits, n, n, false)})
    if (!fault.empty()) return fault;
  return {};
}

std::string operations(const Draft& d) {
  for (std::size_t at = 0; at < d.order.size(); ++at) {
    const Operation& operation = d.operations[at];
    if (operation.op == nullptr || operation.attributes == nullptr)
      return position(d, at) + " has no " + (operation.op == nullptr ? "op" : "attributes");
    if (d.inputs.empty() || is_source(*operation.op)) continue;
    const auto [min, max] = operation.op->arity;
    if (const std::size_t count = d.inputs_of(at).size(); count < min || count > max)
      return position(d, at) + " has " + text(count) + " inputs, which is not for its op";
  }
  for (NodeId id = 0; id < d.position.size(); ++id)
    if (d.position[id] != none &&
        (d.position[id] >= d.order.size() || d.order[d.position[id]] != id))
      return "node " + text(id) + " is not at its position";
  return {};
}

std::string values(const Draft& d) {
  if (!d.first_value.empty() &&
      (!std::ranges::is_sorted(d.first_value) || d.first_value.back() != d.specs.size()))
    return "values do not stand one behind the other";
  for (std::size_t v = 0; v < d.specs.size(); ++v)
    if (d.specs[v] == nullptr || !d.specs[v]->shape.is_fully_defined())
      return "value " + text(v) + " has no shape";
  for (std::size_t v = 0; v < d.same_as.size(); ++v) {
    const ValueId other = d.same_as[v];
    if (other >= d.specs.size() || *d.specs[other] != *d.specs[v])
      return "value " + text(v) + " is replaced by one of another spec";
  }
  // A chain of replacements that is longer than the number of values goes in a circle.
  std::vector<bool> ends(d.same_as.size(), false);
  std::vector<ValueId> chain;
  for (ValueId v = 0; v < d.same_as.size(); ++v) {
    chain.clear();
    ValueId at = v;
    for (; !ends[at] && d.same_as[at] != at; at = d.same_as[at]) {
      if (chain.size() > d.same_as.size()) return "value " + text(v) + " is replaced by itself";
      chain.push_back(at);
    }
    ends[at] = true;
    for (const ValueId each : chain) ends[each] = true;
  }
  return {};
}

/// What is wrong with position `before`, which position `at` relies on: it has to be needed, and to
/// come earlier.
std::string fault_of_use(const Draft& d, std::size_t at, std::uint32_t before, const char* how) {
  if (!d.needed[before])
    return position(d, at) + how + position(d, before) + ", which is not needed";
  if (before >= at && !is_source(d.op(before)))
    return position(d, at) + how + position(d, before) + ", which comes later";
  return {};
}

std::string uses(const Draft& d) {
  if (d.needed.empty()) return {};
  const std::optional<Makers> makers = d.same_as.empty() ? std::nullopt : std::optional<Makers>(d);
  for (std::size_t at = 0; at < d.order.size(); ++at) {
    if (!d.needed[at] || is_source(d.op(at))) continue;
    const std::size_t inputs = makers ? d.inputs_of(at).size() : 0;
    for (std::size_t i = 0; i < inputs; ++i)
      if (d.op(at).needs_value(i))
        if (std::string fault =
                fault_of_use(d, at, (*makers)[resolved(d, d.inputs_of(at)[i])], " reads from ");
            !fault.empty())
          return fault;
    if (at >= d.waits.size()) continue;
    for (const std::uint32_t before : d.waits_of(at))
      if (std::string fault = fault_of_use(d, at, before, " waits for "); !fault.empty())
        return fault;
  }
  for (const auto& [after, before] : d.controls)
    if (after >= d.order.size() || before >= after)
      return "position " + text(after) + " cannot wait for position " + text(before);
  return {};
}

std::string fetches(const Draft& d) {
  if (d.first_value.empty()) return {};
  const Makers makers(d);
  for (const DraftFetch& fetch : d.fetches) {
    if (fetch.at >= d.order.size() || (fetch.value != none && fetch.value >= d.specs.size()))
      return "what is fetched does not exist";
    std::uint32_t at = fetch.at;
    if (fetch.value != none)
      at = makers[d.same_as.empty() ? fetch.value : resolved(d, fetch.value)];
    if (!d.needed[at]) return position(d, fetch.at) + " is fetched, but not needed";
  }
  return {};
}

std::string variables(const Draft& d) {
  if (d.first_value.empty()) return {};
  const Makers makers(d);
  for (const PlanVariable& variable : d.variables) {
    const std::string name = "variable '" + d.graph.node(variable.node).name() + "'";
    if (variable.start >= d.specs.size() || d.order[makers[variable.start]] != variable.node)
      return name + " does not start with its own value";
    if (variable.final == none) continue;
    if (variable.final >= d.specs.size() || *d.specs[variable.final] != variable.spec ||
        d.op(makers[variable.final]).effect != Effect::writes_variable)
      return name + " does not end with what an assign gives";
  }
  for (const ValueId value : d.fed)
    if (value >= d.specs.size() || !is_source(d.op(makers[value])))
      return "value " + text(value) + " is fed, but computed";
  return {};
}

void refuse(const std::string& fault, const std::string& pass) {
  if (!fault.empty()) throw InternalError("after the pass '" + pass + "' of a plan: " + fault);
}

}  // namespace

std::string fault_of(const Draft& draft) {
  return first_of(draft, sizes, operations, values, uses, fetches, variables, fault_of_groups);
}

std::string fault_of(const Emission& made, std::size_t values) {
  if (made.roots.size() != values)
    return "roots has " + text(made.roots.size()) + " entries, not " + text(values);
  if (made.in_place.size() != made.before.size())
    return "in_place has " + text(made.in_place.size()) + " entries, not " +
           text(made.before.size());
  for (std::size_t v = 0; v < made.roots.size(); ++v)
    if (made.roots[v] >= made.roots.size() || made.roots[made.roots[v]] != made.roots[v])
      return "value " + text(v) + " has the bytes of one that has others'";
  for (std::size_t i = 0; i < made.before.size(); ++i)
    for (const std::uint32_t before : made.before[i])
      if (before >= i) return "instruction " + text(i) + " waits for a later one";
  return {};
}

void verify(const Draft& draft, const std::string& pass) { refuse(fault_of(draft), pass); }

void verify(const Emission& made, std::size_t values) { refuse(fault_of(made, values), "emit"); }

}  // namespace deft
