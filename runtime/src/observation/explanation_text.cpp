#include <deft/runtime/explanation.hpp>

#include <algorithm>
#include <numeric>

#include "line_text.hpp"
#include "units.hpp"

namespace deft {
namespace {

constexpr std::size_t listed = 5;  // operations of a list of the longest

/// Of an Operation or a Part.
template <class Titled>
std::string title(const Titled& operation) {
  return operation.op + " '" + operation.node + "' (" + line_text(operation.where) + ")";
}

std::string time_column(double nanoseconds) { return right_aligned(time_text(nanoseconds), 10); }

/// Positions 0 ... size - 1 of `time(i)`, the longest first, at most `count`.
template <class Time>
std::vector<std::size_t> longest(std::size_t size, std::size_t count, Time time) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return time(a) > time(b); });
  order.resize(std::min(size, count));
  return order;
}

std::string numbers(const Explanation& e) {
  const bool measured = e.measured_steps != 0;
  std::string text =
      "A step has " + count_text(e.operations.size(), "operation") + "; times are " +
      (measured ? "the means of " +
                      count_text(static_cast<std::size_t>(e.measured_steps), "measured step")
                : "estimates") +
      ".\n";
  text += "work      " + time_column(e.work_nanoseconds) + "  all operations\n";
  text += "span      " + time_column(e.span_nanoseconds) +
          "  the longest chain of operations that wait for each other\n";
  if (measured) text += "step      " + time_column(e.step_nanoseconds) + "  from begin to end\n";
  text += "speed-up  ideal " + fixed_text(e.ideal_speed_up, 2) + " = work / span; at best " +
          fixed_text(e.best_speed_up, 2) + " on " +
          count_text(static_cast<std::size_t>(e.threads), "thread");
  if (measured) text += "; achieved " + fixed_text(e.achieved_speed_up, 2) + " = work / step";
  text += "\nmemory    " + bytes_text(e.peak_bytes) + " a run at most, of these " +
          bytes_text(e.arena_bytes) + " for values inside a step\n";
  return text + "schedule  " + (e.parallel ? "in parallel: " : "in order on the caller: ") +
         e.schedule + "\n";
}

/// Which links of a long chain are shown: the first ones, the longest, the last.
std::vector<bool> shown_links(const Explanation& e) {
  constexpr std::size_t short_chain = 16;
  constexpr std::size_t head = 4;
  constexpr std::size_t heavy = 8;
  const std::size_t size = e.chain.size();
  std::vector<bool> shown(size, size <= short_chain);
  if (size <= short_chain) return shown;
  std::fill_n(shown.begin(), head, true);
  shown.back() = true;
  for (const std::size_t i : longest(size, heavy, [&](std::size_t k) {
         return e.operations[e.chain[k].operation].nanoseconds;
       }))
    shown[i] = true;
  return shown;
}

std::string chain_text(const Explanation& e) {
  std::string text = "\nThe longest chain, " + count_text(e.chain.size(), "operation") +
                     ", each after what it waits for:\n";
  const std::vector<bool> shown = shown_links(e);
  std::size_t hidden = 0;
  double hidden_time = 0;
  for (std::size_t i = 0; i < e.chain.size(); ++i) {
    const Explanation::Operation& operation = e.operations[e.chain[i].operation];
    if (!shown[i]) {
      ++hidden;
      hidden_time += operation.nanoseconds;
      continue;
    }
    if (hidden != 0)
      text += time_column(hidden_time) + "  ... " + std::to_string(hidden) + " more\n";
    hidden = 0;
    hidden_time = 0;
    if (!e.chain[i].edge.empty()) text += "              | " + e.chain[i].edge + "\n";
    text += time_column(operation.nanoseconds) + "  " + title(operation) + "\n";
  }
  return text;
}

std::string heaviest(const Explanation& e) {
  std::string text = "\nMost time:\n";
  for (const std::size_t i : longest(e.operations.size(), listed,
                                     [&](std::size_t k) { return e.operations[k].nanoseconds; })) {
    const double share =
        e.work_nanoseconds > 0 ? 100 * e.operations[i].nanoseconds / e.work_nanoseconds : 0;
    text += time_column(e.operations[i].nanoseconds) +
            right_aligned(fixed_text(share, 1) + "%", 8) + "  " + title(e.operations[i]) + "\n";
  }
  return text;
}

std::string fused(const Explanation& e) {
  constexpr std::size_t listed_parts = 16;
  std::string text;
  std::size_t groups = 0;
  for (const Explanation::Operation& operation : e.operations) {
    if (operation.parts.empty() || ++groups > listed) continue;
    text += "  " + title(operation) + " is\n";
    for (std::size_t i = 0; i < std::min(operation.parts.size(), listed_parts); ++i)
      text += "    " + title(operation.parts[i]) + "\n";
    if (operation.parts.size() > listed_parts)
      text += "    ... " + std::to_string(operation.parts.size() - listed_parts) + " more\n";
  }
  if (groups == 0) return {};
  if (groups > listed) text += "  ... " + std::to_string(groups - listed) + " more\n";
  return "\nFused, each goes once over its rows:\n" + text;
}

std::string shared(const Explanation& e) {
  std::vector<Explanation::Operation> split;
  std::ranges::copy_if(e.operations, std::back_inserter(split),
                       [](const Explanation::Operation& o) { return o.chunks > 1; });
  if (split.empty()) return {};
  std::string text = "\nShared by threads:\n";
  for (const std::size_t i :
       longest(split.size(), listed, [&](std::size_t k) { return split[k].nanoseconds; }))
    text += time_column(split[i].nanoseconds) + "  " + title(split[i]) + ": " +
            count_text(static_cast<std::size_t>(split[i].blocks), "block") + " in " +
            count_text(static_cast<std::size_t>(split[i].chunks), "chunk") + "\n";
  if (split.size() > listed)
    text += "            ... " + std::to_string(split.size() - listed) + " more\n";
  return text;
}

std::string once_text(const Explanation& e) {
  if (e.once.empty()) return {};
  double time = 0;
  for (const Explanation::Operation& operation : e.once) time += operation.nanoseconds;
  std::string text = "\nComputed once, before the steps of a run, " +
                     count_text(e.once.size(), "operation") + " in an estimated " +
                     time_text(time) + ":\n";
  for (const std::size_t i :
       longest(e.once.size(), listed, [&](std::size_t k) { return e.once[k].nanoseconds; }))
    text += time_column(e.once[i].nanoseconds) + "  " + title(e.once[i]) + "\n";
  if (e.once.size() > listed)
    text += "            ... " + std::to_string(e.once.size() - listed) + " more\n";
  return text;
}

std::string rewrite_text(const Explanation::Rewrite& rewrite) {
  const std::string what = "  " + rewrite.what + ": " + title(rewrite) + "\n";
  const std::string flops = "    flops of a step " + number_text(rewrite.flops_before) +
                            " before, " + number_text(rewrite.flops_after) + " after; once " +
                            number_text(rewrite.flops_once) + "\n";
  if (!rewrite.refused.empty()) return what + "    refused: " + rewrite.refused + "\n" + flops;
  std::string bound = "    error at most " + number_text(rewrite.error_bound) + " S";
  if (rewrite.rounding != 0) bound += " + " + number_text(rewrite.rounding) + " |y|";
  return what + flops + bound + ", S: the same of absolute values; see Explanation::Rewrite\n";
}

std::string rewrites_text(const Explanation& e) {
  if (e.rewrites.empty()) return {};
  std::string text = "\nReassociated:\n";
  for (const Explanation::Rewrite& rewrite : e.rewrites) text += rewrite_text(rewrite);
  return text;
}

std::string pass_text(const Explanation& e) {
  std::string text = "\nHow the plan was made:\n";
  for (const Explanation::Pass& pass : e.passes) text += "  " + pass.name + ": " + pass.did + "\n";
  return text;
}

}  // namespace

std::string to_string(const Explanation& e) {
  if (e.operations.empty())
    return "A step has no operations: all that is fetched is known without computing.\n" +
           once_text(e) + rewrites_text(e) + pass_text(e);
  return numbers(e) + chain_text(e) + heaviest(e) + fused(e) + shared(e) + once_text(e) +
         rewrites_text(e) + pass_text(e);
}

}  // namespace deft
