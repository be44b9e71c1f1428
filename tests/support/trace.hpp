#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/json.hpp"

namespace deft {

/// A trace as a viewer reads it. Times are nanoseconds.
struct Trace {
  struct Slice {
    std::string name;
    std::string category;
    std::int64_t thread = 0;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t step = 0;
    std::string line;
  };
  struct Point {
    std::int64_t thread = 0;
    std::int64_t time = 0;
  };

  std::vector<Slice> slices;             // by thread, then begin, outer ones first
  std::map<std::int64_t, Point> starts;  // of arrows, by id
  std::map<std::int64_t, Point> ends;
  std::map<std::int64_t, std::string> threads;

  explicit Trace(std::string_view text) {
    const Json json = JsonReader(text).whole();
    CHECK(json["displayTimeUnit"].text == "ns");
    for (const Json& event : json["traceEvents"].items) add(event);
    std::ranges::stable_sort(slices, {}, [](const Slice& slice) {
      return std::tuple(slice.thread, slice.begin, -slice.end);
    });
  }

  std::vector<Slice> named(const std::string& name) const {
    std::vector<Slice> found;
    std::ranges::copy_if(slices, std::back_inserter(found),
                         [&](const Slice& slice) { return slice.name == name; });
    return found;
  }

  /// The innermost slice on that thread that encloses the time.
  const Slice& at(Point point) const {
    auto slice = std::ranges::upper_bound(
        slices, std::pair(point.thread, point.time), {},
        [](const Slice& each) { return std::pair(each.thread, each.begin); });
    while (slice != slices.begin()) {
      --slice;
      if (slice->thread != point.thread) break;
      if (point.time < slice->end || slice->begin == point.time) return *slice;
    }
    throw std::runtime_error("an arrow begins or ends outside all slices");
  }

  /// ("a", "b") for every arrow from a slice a to a slice b.
  std::multiset<std::pair<std::string, std::string>> arrows() const {
    std::multiset<std::pair<std::string, std::string>> found;
    for (const auto& [id, start] : starts) found.emplace(at(start).name, at(ends.at(id)).name);
    return found;
  }

 private:
  static std::int64_t whole(const Json& number) { return std::llround(number.number); }
  static std::int64_t nanoseconds(const Json& time) { return std::llround(time.number * 1000); }

  void add(const Json& event) {
    const std::string phase = event["ph"].text;
    CHECK(event["pid"].number == 1);
    if (phase == "M") {
      if (event["name"].text == "thread_name")
        threads[whole(event["tid"])] = event["args"]["name"].text;
    } else if (phase == "X") {
      add_slice(event);
    } else {
      REQUIRE((phase == "s" || phase == "f"));
      auto& points = phase == "s" ? starts : ends;
      const Point point{whole(event["tid"]), nanoseconds(event["ts"])};
      CHECK(points.emplace(whole(event["id"]), point).second);
      if (phase == "f") CHECK(event["bp"].text == "e");
    }
  }

  void add_slice(const Json& event) {
    Slice slice;
    slice.name = event["name"].text;
    slice.category = event["cat"].text;
    slice.thread = whole(event["tid"]);
    slice.begin = nanoseconds(event["ts"]);
    slice.end = slice.begin + nanoseconds(event["dur"]);
    if (slice.category != "run") {
      slice.step = whole(event["args"]["step"]);
      slice.line = event["args"]["line"].text;
    }
    slices.push_back(std::move(slice));
  }
};

/// On one track every slice is inside the one before it, or begins when that is over.
inline void check_nesting(const Trace& trace) {
  std::vector<const Trace::Slice*> open;
  for (const Trace::Slice& slice : trace.slices) {
    CHECK(slice.begin >= 0);
    CHECK(slice.begin <= slice.end);
    CHECK(trace.threads.contains(slice.thread));
    while (!open.empty() &&
           (open.back()->thread != slice.thread || open.back()->end <= slice.begin))
      open.pop_back();
    if (!open.empty() && slice.end > open.back()->end)
      FAIL_CHECK(open.back()->name << " and " << slice.name << " overlap");
    open.push_back(&slice);
  }
}

/// Every arrow leads forward in time, from one slice to the begin of another of the same step.
inline void check_arrows(const Trace& trace) {
  REQUIRE(trace.starts.size() == trace.ends.size());
  for (const auto& [id, start] : trace.starts) {
    REQUIRE(trace.ends.contains(id));
    const Trace::Point end = trace.ends.at(id);
    const Trace::Slice& from = trace.at(start);
    const Trace::Slice& to = trace.at(end);
    CHECK(from.end <= to.begin);
    CHECK(end.time == to.begin);
    CHECK(from.step == to.step);
  }
}

/// What every trace must be, whatever ran.
inline void check_trace(const Trace& trace) {
  check_nesting(trace);
  check_arrows(trace);
}

}  // namespace deft
