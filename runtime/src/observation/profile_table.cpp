#include <deft/runtime/profile.hpp>

#include "line_text.hpp"
#include "profile_state.hpp"
#include "units.hpp"

namespace deft {
namespace {

using Nanoseconds = std::chrono::duration<double, std::nano>;

std::string line_of(const Profile::Row& row, double whole) {
  const double total = Nanoseconds(row.total).count();
  return right_aligned(std::to_string(row.count), 10) + right_aligned(time_text(total), 10) +
         right_aligned(time_text(total / static_cast<double>(row.count)), 10) +
         right_aligned(time_text(Nanoseconds(row.longest).count()), 10) +
         right_aligned(fixed_text(whole > 0 ? 100 * total / whole : 0, 1) + "%", 8) + "  " +
         row.op + " '" + row.node + "' (" + line_text(row.where) + ")\n";
}

}  // namespace

std::string Profile::table() const {
  double whole = 0;
  const std::vector<Row> all = rows();
  for (const Row& row : all) whole += Nanoseconds(row.total).count();
  std::string text = "     count     total      mean   longest   share  operation\n";
  for (const Row& row : all) text += line_of(row, whole);

  const std::lock_guard lock(state_->mutex);
  PlanTotals sum;
  for (const auto& [plan, totals] : state_->plans) {
    sum.runs += totals.runs;
    sum.steps += totals.steps;
    sum.step_time += totals.step_time;
  }
  text += count_text(static_cast<std::size_t>(sum.runs), "run") + ", " +
          count_text(static_cast<std::size_t>(sum.steps), "step") + ": " + time_text(whole) +
          " of operations in " + time_text(Nanoseconds(sum.step_time).count()) + " of steps\n";
  if (state_->dropped_runs != 0)
    text += count_text(static_cast<std::size_t>(state_->dropped_runs), "run") +
            " of further fetches or shapes of feeds did not count\n";
  if (state_->dropped != 0)
    text += "the trace lacks the last " +
            count_text(static_cast<std::size_t>(state_->dropped), "event") + "\n";
  return text;
}

}  // namespace deft
