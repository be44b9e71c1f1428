#include "trace.hpp"

#include <algorithm>
#include <chrono>

#include "json_text.hpp"
#include "line_text.hpp"
#include "trace_threads.hpp"

namespace deft {
namespace {

using Time = Recorder::Time;

/// Writes events in the Trace Event Format, one a line.
class Writer {
 public:
  explicit Writer(Time origin) : origin_(origin) {}

  void name_process() { add(R"("ph":"M","name":"process_name","pid":1,"args":{"name":"deft"})"); }
  void name_thread(const TraceThreads::Thread& thread) {
    add(R"("ph":"M","name":"thread_name",)" + on(thread.number) +
        ",\"args\":{\"name\":" + json_text(thread.name) + "}");
  }

  /// `args`: the members of a JSON object.
  void slice(const std::string& name, std::string_view category, int thread, Time begin, Time end,
             const std::string& args) {
    add("\"ph\":\"X\",\"name\":" + json_text(name) + ",\"cat\":" + json_text(category) + "," +
        on(thread) + ",\"ts\":" + microseconds(begin - origin_) +
        ",\"dur\":" + microseconds(end - begin) + ",\"args\":{" + args + "}");
  }

  /// An arrow out of the slice that encloses `from`, into the one that encloses `to`.
  void arrow(int thread, Time from, int other, Time to) {
    const std::string same =
        "\"name\":\"waits\",\"cat\":\"dependency\",\"id\":" + std::to_string(++arrows_) + ",";
    add("\"ph\":\"s\"," + same + on(thread) + ",\"ts\":" + microseconds(from - origin_));
    add("\"ph\":\"f\",\"bp\":\"e\"," + same + on(other) + ",\"ts\":" + microseconds(to - origin_));
  }

  std::string text(std::int64_t dropped) && {
    return "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"dropped_events\":" +
           std::to_string(dropped) + "},\"traceEvents\":[" + events_ + "\n]}\n";
  }

 private:
  void add(const std::string& members) {
    events_ += events_.empty() ? "\n{" : ",\n{";
    events_ += members;
    events_ += '}';
  }

  static std::string on(int thread) { return "\"pid\":1,\"tid\":" + std::to_string(thread); }

  /// Exact to the nanosecond, which a double is not after some months.
  static std::string microseconds(Recorder::Clock::duration time) {
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
    const std::string fraction = std::to_string(1000 + nanoseconds % 1000);
    return std::to_string(nanoseconds / 1000) + "." + fraction.substr(1);
  }

  Time origin_;
  std::string events_;
  std::int64_t arrows_ = 0;
};

/// An event with the thread that it is on.
struct Placed {
  const Recorder::Event* event = nullptr;
  int thread = 0;
};

/// The events of a run by step, then by instruction.
std::vector<Placed> by_step(const TracedRun& run, const TraceThreads& threads) {
  std::vector<Placed> events;
  for (const TracedRun::Track& track : run.tracks)
    for (const Recorder::Event& event : track.events)
      events.push_back({&event, threads.number(track.thread)});
  std::ranges::sort(events, [](const Placed& a, const Placed& b) {
    return a.event->step != b.event->step ? a.event->step < b.event->step
                                          : a.event->instruction < b.event->instruction;
  });
  return events;
}

/// The first and the last event of an instruction in one step, if it was executed.
struct Ends {
  Placed first;
  Placed last;

  void add(const Placed& one) {
    if (first.event == nullptr || one.event->begin < first.event->begin) first = one;
    if (last.event == nullptr || one.event->end > last.event->end) last = one;
  }
};

void write_arrows(const std::vector<Placed>& events, const Plan& plan, Writer& writer) {
  std::vector<Ends> ends(plan.instructions.size());
  for (auto begin = events.begin(); begin != events.end();) {
    const auto end = std::find_if(begin, events.end(), [&](const Placed& placed) {
      return placed.event->step != begin->event->step;
    });
    for (auto one = begin; one != end; ++one) ends[one->event->instruction].add(*one);
    for (auto one = begin; one != end; ++one) {
      const std::uint32_t instruction = one->event->instruction;
      const Placed from = ends[instruction].last;
      if (from.event != one->event) continue;  // once an instruction
      // Its last nanosecond: at its very end viewers would take the slice after it.
      const Time out = std::max(from.event->begin, from.event->end - std::chrono::nanoseconds(1));
      for (const std::uint32_t next : plan.successors_of(instruction))
        if (const Placed to = ends[next].first; to.event != nullptr)
          writer.arrow(from.thread, out, to.thread, to.event->begin);
    }
    for (auto one = begin; one != end; ++one) ends[one->event->instruction] = {};
    begin = end;
  }
}

void write_run(const TracedRun& run, const TraceThreads& threads, Writer& writer) {
  const Plan& plan = *run.plan;
  writer.slice("run", "run", threads.number(run.caller), run.begin, run.end,
               "\"steps\":" + std::to_string(run.steps));
  for (const TracedRun::Track& track : run.tracks) {
    const int thread = threads.number(track.thread);
    for (const Recorder::Event& event : track.events) {
      const Node& node = plan.graph.node(plan.instructions[event.instruction].node);
      writer.slice(node.name(), plan.op_of(event.instruction), thread, event.begin, event.end,
                   "\"line\":" + json_text(line_text(node.where)) +
                       ",\"step\":" + std::to_string(event.step));
    }
  }
  write_arrows(by_step(run, threads), plan, writer);
}

}  // namespace

std::string trace_text(const std::vector<TracedRun>& runs, std::int64_t dropped) {
  Time origin = runs.empty() ? Time{} : runs[0].begin;
  for (const TracedRun& run : runs) origin = std::min(origin, run.begin);
  const TraceThreads threads(runs);
  Writer writer(origin);
  writer.name_process();
  for (const auto& entry : threads.all()) writer.name_thread(entry.second);
  for (const TracedRun& run : runs) write_run(run, threads, writer);
  return std::move(writer).text(dropped);
}

}  // namespace deft
