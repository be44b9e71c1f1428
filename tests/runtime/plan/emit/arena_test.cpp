#include "plan/emit/arena.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/random_plan.hpp"

namespace deft {
namespace {

/// A plan whose values are all to be placed, and what it was made of.
struct Case {
  explicit Case(std::uint32_t size) : dag(size), inputs(size), outputs(size) {
    emission.in_place.assign(size, 0);
  }
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  ValueId add_value(std::uint32_t writer, std::int64_t elements, Storage storage) {
    const auto id = static_cast<ValueId>(plan.values.size());
    plan.values.push_back({.root = id, .storage = storage, .elements = elements});
    writers.push_back(writer);
    outputs[writer].push_back(id);
    return id;
  }
  void read(std::uint32_t reader, ValueId value) {
    inputs[reader].push_back(value);
    if (value != none) dag.add(writers[value], reader);
  }

  void place(bool parallel) {
    plan.parallel = parallel;
    dag.put_in(plan);
    for (std::uint32_t i = 0; i < dag.size(); ++i) {
      plan.instructions[i].first_arg = static_cast<std::uint32_t>(plan.args.size());
      plan.instructions[i].num_inputs = static_cast<std::uint32_t>(inputs[i].size());
      plan.args.insert(plan.args.end(), inputs[i].begin(), inputs[i].end());
      plan.args.insert(plan.args.end(), outputs[i].begin(), outputs[i].end());
    }
    place_in_arena(draft, emission, plan);
  }

  Graph graph;
  PlanRequest request;
  PlanOptions options;
  Draft draft{.graph = graph, .request = request, .options = options};
  Emission emission;
  Plan plan;
  Dag dag;
  std::vector<std::vector<ValueId>> inputs;   // by instruction
  std::vector<std::vector<ValueId>> outputs;  // by instruction
  std::vector<std::uint32_t> writers;         // by value
};

std::int64_t random_elements(Dice& random) {
  constexpr std::int64_t sizes[] = {0, 1, 1, 2, 3, 16, 16, 16, 64, 100, 1000};
  return sizes[random.below(std::size(sizes))];
}

/// Instructions of 0 to 2 outputs that read some of the last values; a few values are elsewhere
/// than in the arena, a few inputs matter by their shape alone, some have scratch.
void fill_at_random(Case& c, Dice& random) {
  for (std::uint32_t i = 0; i < c.dag.size(); ++i) {
    for (std::uint32_t k = random.below(4); k > 0 && !c.plan.values.empty(); --k) {
      const auto count = static_cast<std::uint32_t>(c.plan.values.size());
      const ValueId value = count - 1 - random.below(std::min(count, 8U));
      const bool earlier = c.writers[value] < i;
      if (earlier) c.read(i, random.one_in(16) ? none : value);
    }
    if (i > 0 && random.one_in(8)) c.dag.add(random.below(i), i);
    c.emission.in_place[i] = random.one_in(2) ? random.below(8) : 0;
    for (std::uint32_t k = random.one_in(8) ? 0 : 1 + random.below(5) / 4; k > 0; --k)
      c.add_value(i, random_elements(random), random.one_in(10) ? Storage::result : Storage::arena);
    if (random.one_in(5)) c.emission.scratch.emplace_back(i, 1 + random.below(3000));
  }
}

/// Bytes of the arena, and the instructions that touch them.
struct Use {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t first = 0;              // the writer
  std::vector<std::uint32_t> all = {};  // the writer, and all readers
  ValueId value = none;                 // none: scratch
};

std::vector<Use> uses_of(const Case& c) {
  std::vector<Use> uses;
  for (ValueId v = 0; v < c.plan.values.size(); ++v) {
    const Value& value = c.plan.values[v];
    if (value.storage != Storage::arena) continue;
    const std::size_t bytes = static_cast<std::size_t>(value.elements) * sizeof(float);
    Use use{value.place, value.place + bytes, c.writers[v], {c.writers[v]}, v};
    for (std::uint32_t i = 0; i < c.dag.size(); ++i)
      if (std::count(c.inputs[i].begin(), c.inputs[i].end(), v) != 0) use.all.push_back(i);
    uses.push_back(use);
  }
  for (const auto& [i, bytes] : c.emission.scratch) {
    const std::size_t offset = c.plan.instructions[i].scratch_offset;
    uses.push_back({offset, offset + bytes, i, {i}});
  }
  return uses;
}

/// Which instruction is done before which one starts, found independently of HappensBefore.
class Order {
 public:
  explicit Order(const Case& c) : in_order_(!c.plan.parallel), reaches_(c.dag.reaches()) {}

  bool operator()(std::uint32_t first, std::uint32_t second) const {
    return in_order_ ? first < second : reaches_[first][second];
  }
  /// All that touches `a`, but for `except`, is over before `b` is written.
  bool over(const Use& a, const Use& b, std::uint32_t except = none) const {
    return std::all_of(a.all.begin(), a.all.end(),
                       [&](std::uint32_t i) { return i == except || (*this)(i, b.first); });
  }

 private:
  bool in_order_;
  std::vector<std::vector<bool>> reaches_;
};

/// The instruction that writes `b`, any of its outputs, may overwrite its input `a`.
bool may_overwrite(const Case& c, const Use& a, const Use& b) {
  if (a.value == none || b.value == none || a.begin != b.begin || a.end != b.end) return false;
  const std::uint32_t i = b.first;
  bool read = false;
  for (std::size_t k = 0; k < c.inputs[i].size(); ++k) {
    if (c.inputs[i][k] != a.value) continue;
    if (((c.emission.in_place[i] >> k) & 1U) == 0) return false;
    read = true;
  }
  return read;
}

struct Found {
  int clashes = 0;
  int overwritten = 0;  // inputs by outputs
  int used_again = 0;   // pairs that share bytes otherwise
};

Found check_places(const Case& c) {
  Found found;
  const Order order(c);
  const std::vector<Use> uses = uses_of(c);
  for (std::size_t x = 0; x < uses.size(); ++x)
    for (std::size_t y = 0; y < uses.size(); ++y) {
      const Use& a = uses[x];
      const Use& b = uses[y];
      if (x == y || a.first > b.first || (a.first == b.first && x > y)) continue;
      if (std::max(a.begin, b.begin) >= std::min(a.end, b.end)) continue;
      if (order.over(a, b) || order.over(b, a))
        ++found.used_again;
      else if (may_overwrite(c, a, b) && order.over(a, b, b.first))
        ++found.overwritten;
      else
        ++found.clashes;
    }
  return found;
}

void check_layout(const Case& c) {
  std::size_t end = 0;
  std::size_t all = 0;
  std::size_t largest = 0;
  for (const Use& use : uses_of(c)) {
    const std::size_t bytes = use.end - use.begin;
    CHECK(use.begin % (c.plan.parallel || bytes > 8 ? 64 : 8) == 0);
    end = std::max(end, use.end);
    all += (bytes + 63) / 64 * 64;
    largest = std::max(largest, bytes);
  }
  CHECK(c.plan.arena_bytes >= end);
  CHECK(c.plan.arena_bytes <= all);
  CHECK(c.plan.arena_bytes % 64 == 0);
  CHECK(c.plan.largest_bytes == largest);
}

TEST_CASE("no two values that may be alive at once share bytes") {
  Dice random(1);
  for (const bool parallel : {false, true}) {
    Found sum;
    for (int i = 0; i < 300; ++i) {
      Case c(1 + random.below(120));
      fill_at_random(c, random);
      c.place(parallel);
      const Found found = check_places(c);
      CHECK(found.clashes == 0);
      check_layout(c);
      sum.overwritten += found.overwritten;
      sum.used_again += found.used_again;
    }
    CHECK(sum.overwritten > 100);
    CHECK(sum.used_again > 100);
  }
}

/// Arena bytes of a chain of `length` operations on [64, 64] f32, by `link`.
std::size_t chain_bytes(int length, int threads, Output (*link)(const Output&)) {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {64, 64});
  Output y = x;
  for (int i = 0; i < length; ++i) y = link(y);
  PlanRequest request;
  request.fetches = {reduce_sum(y).endpoint()};
  request.feeds = {{x.endpoint(), {64, 64}}};
  const PlanOptions options{
      .threads = threads, .optimizations = Optimizations::none(), .always_parallel = threads > 1};
  return compile(graph, request, options, Logger())->arena_bytes;
}

TEST_CASE("a chain of any length needs one value's bytes in place, else two") {
  constexpr std::size_t bytes = 64 * 64 * sizeof(float);
  const auto in_place = [](const Output& x) { return exp(x); };
  const auto anew = [](const Output& x) { return transpose(x); };
  for (const int threads : {1, 2}) {
    const std::size_t sum = chain_bytes(1, threads, in_place) - bytes;  // what reduce_sum needs
    CHECK(sum < bytes / 4);
    CHECK(chain_bytes(2, threads, in_place) == bytes + sum);
    CHECK(chain_bytes(100, threads, in_place) == bytes + sum);
    CHECK(chain_bytes(100, threads, anew) <= 2 * bytes + sum);
    CHECK(chain_bytes(100, threads, anew) >= 2 * bytes);
  }
}

TEST_CASE("values of one instruction that nobody reads are free again, but not for its others") {
  for (const bool parallel : {false, true}) {
    Case c(2);
    c.add_value(0, 100, Storage::arena);
    c.add_value(0, 100, Storage::arena);
    c.add_value(1, 100, Storage::arena);
    c.place(parallel);
    CHECK(check_places(c).clashes == 0);
    CHECK(c.plan.arena_bytes == (parallel ? 3 : 2) * 448);
  }
}

TEST_CASE("an input that is also read where it may not be overwritten stays") {
  Case c(2);
  const ValueId x = c.add_value(0, 16, Storage::arena);
  c.read(1, x);
  c.read(1, x);
  c.emission.in_place[1] = 1;  // the first input alone
  c.add_value(1, 16, Storage::arena);
  c.place(false);
  CHECK(check_places(c).clashes == 0);
  CHECK(c.plan.arena_bytes == 128);
}

TEST_CASE("small values of a plan that runs in order share a cache line") {
  for (const bool parallel : {false, true}) {
    Case c(9);
    for (std::uint32_t i = 0; i < 8; ++i) c.read(8, c.add_value(i, 2, Storage::arena));
    c.place(parallel);
    CHECK(check_places(c).clashes == 0);
    CHECK(c.plan.arena_bytes == (parallel ? 8 * 64 : 64));
  }
}

TEST_CASE("values without elements need no bytes") {
  Case c(3);
  c.read(1, c.add_value(0, 0, Storage::arena));
  c.read(2, c.add_value(1, 0, Storage::arena));
  c.place(true);
  CHECK(c.plan.arena_bytes == 0);
}

}  // namespace
}  // namespace deft
