#include "trace_threads.hpp"

#include <set>

namespace deft {

TraceThreads::TraceThreads(const std::vector<TracedRun>& runs) {
  std::set<std::thread::id> workers;
  for (const TracedRun& run : runs)
    for (const TracedRun::Track& track : run.tracks)
      if (track.index != 0) workers.insert(track.thread);
  // A kernel on a worker may call a run: that thread remains the worker.
  for (const TracedRun& run : runs)
    if (!workers.contains(run.caller)) add(run.caller, "caller");
  for (const TracedRun& run : runs)
    for (const TracedRun::Track& track : run.tracks)
      if (track.index != 0) add(track.thread, "worker " + std::to_string(track.index));
}

/// Sessions number their workers alike, so a second thread of a name gets a suffix.
void TraceThreads::add(std::thread::id thread, const std::string& name) {
  const auto [entry, is_new] = threads_.try_emplace(thread);
  if (!is_new) return;
  const int same = ++names_[name];
  entry->second = {static_cast<int>(threads_.size()),
                   same == 1 ? name : name + " (" + std::to_string(same) + ")"};
}

}  // namespace deft
