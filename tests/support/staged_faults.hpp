#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <numeric>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

namespace deft::staged {

// A graph whose kernels fail where a test says so. A site is a place in it that every step passes
// once: a kernel, or if that has blocks, one of them or what combines them.

/// What happens at a site.
enum class Act {
  throw_error,   // "at site <site>"
  throw_number,  // nothing that is a std::exception
  throw_memory,  // std::bad_alloc
  request_stop,  // and go on
  sleep,         // for Stage::nap, and go on
  await_stop,    // request it, and return early when told so
  await_end,     // return early when told so
};

struct Fault {
  std::size_t site = 0;
  Act act = Act::throw_error;
  int step = 1;  // of the run
};

/// What kernels do and have done. Tests change it while nothing runs.
struct Stage {
  static constexpr std::size_t max_sites = 64;

  std::vector<Fault> faults;
  std::stop_source stop;
  std::chrono::milliseconds nap{0};

  std::atomic<int> running{0};                     // kernels in progress
  std::array<std::atomic<int>, max_sites> passed;  // how often in the present run
  std::array<std::atomic<int>, max_sites> when;    // the latest time, counted in sites
  std::atomic<int> clock{0};

  void prepare(std::vector<Fault> planned) {
    faults = std::move(planned);
    stop = std::stop_source();
    for (auto& count : passed) count = 0;
  }
};

inline Stage stage;

/// False if the kernel is to return early.
inline bool act_out(const Fault& fault, const KernelArgs& args) {
  switch (fault.act) {
    case Act::throw_error:
      throw std::runtime_error("at site " + std::to_string(fault.site));
    case Act::throw_number:
      throw static_cast<int>(fault.site);
    case Act::throw_memory:
      throw std::bad_alloc();
    case Act::request_stop:
      stage.stop.request_stop();
      return true;
    case Act::sleep:
      std::this_thread::sleep_for(stage.nap);
      return true;
    case Act::await_stop:
      stage.stop.request_stop();
      break;
    case Act::await_end:
      break;
  }
  while (!args.interrupted()) std::this_thread::yield();
  return false;
}

inline bool pass(std::size_t site, const KernelArgs& args) {
  struct Presence {
    Presence() { ++stage.running; }
    ~Presence() { --stage.running; }
  } const presence;
  const int step = ++stage.passed[site];
  stage.when[site] = ++stage.clock;
  for (const Fault& fault : stage.faults)
    if (fault.site == site && fault.step == step) return act_out(fault, args);
  return true;
}

/// Element k of a result: of the inputs, the site and k; never the same in two steps.
struct Mixture {
  std::size_t site;
  std::vector<std::size_t> lengths;  // of the inputs

  explicit Mixture(const KernelContext& c)
      : site(static_cast<std::size_t>(c.attributes.get<std::int64_t>("site"))) {
    for (const TensorSpec& input : c.inputs)
      lengths.push_back(static_cast<std::size_t>(input.shape.num_elements()));
  }

  std::int64_t at(const KernelArgs& args, std::size_t k) const {
    std::uint64_t sum = site * 7919 + k;
    for (std::size_t i = 0; i < lengths.size(); ++i)
      for (std::size_t j = 0; j < lengths[i]; ++j)
        sum = sum * 31 + static_cast<std::uint64_t>(args.input<std::int64_t>(i)[j]);
    return static_cast<std::int64_t>(sum);
  }
};

constexpr std::int64_t width = 4;

/// i64[...] ... -> i64[4], one site; some say that they are cheap
inline constexpr OpDef whole{
    .name = "whole",
    .arity = {1, Arity::unbounded},
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::i64, {width}}};
        },
    .kernel =
        [](const KernelContext& c) {
          const Mixture mixture(c);
          const auto body = [mixture](const KernelArgs& args) {
            if (!pass(mixture.site, args)) return;
            for (std::size_t k = 0; k < width; ++k)
              args.output<std::int64_t>()[k] = mixture.at(args, k);
          };
          return make_kernel(body, mixture.site % 3 == 1 ? 100 : Kernel::unknown);
        },
};

struct BlockwiseBody {
  Mixture mixture;
  std::size_t blocks;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (auto k = static_cast<std::size_t>(begin); k < static_cast<std::size_t>(end); ++k)
      if (pass(mixture.site + k, args)) args.output<std::int64_t>()[k] = mixture.at(args, k);
  }
  void finish(const KernelArgs& args) const {
    if (pass(mixture.site + blocks, args)) ++args.output<std::int64_t>()[0];
  }
};

/// i64[...] ... -> i64[blocks], a site for every block and one for `finish`
inline constexpr OpDef blockwise{
    .name = "blockwise",
    .arity = {1, Arity::unbounded},
    .infer =
        [](const InferContext& c) {
          return std::vector<TensorSpec>{
              {DType::i64, Shape{c.attributes.get<std::int64_t>("blocks")}}};
        },
    .kernel =
        [](const KernelContext& c) {
          const std::int64_t blocks = c.outputs[0].shape.num_elements();
          return make_blocked_kernel(BlockwiseBody{Mixture(c), static_cast<std::size_t>(blocks)},
                                     blocks);
        },
};

/// Fans, chains and split kernels that end in a join, and from there on again to three variables.
class Play {
 public:
  Play() {
    std::vector<Output> ends = {add_blocks(12, {b})};
    for (std::size_t i = 0; i < 5; ++i) ends.push_back(add({i % 2 == 0 ? a : b, c}));
    for (std::size_t i = 1; i < 4; ++i) ends[i] = add({add({ends[i]}), a});
    join_ = num_sites();
    const Output join = add(ends);
    const Output cut = add_blocks(5, {join, c});
    const Output first = assign(c, add({join, ends[2]}));
    const Output left = add({add({join, cut}), ends[0]});
    step = group({assign(a, add({left, cut})), assign(b, add({left, b})),
                  assign_add(c, add({first, join}))});
    initialize = global_variables_initializer(graph);
  }

  std::size_t num_sites() const { return node_of_.size(); }
  const Node& node(std::size_t site) const { return graph.node(node_of_[site]); }

  /// True if every write depends on the site by way of the join.
  bool precedes_join(std::size_t site) const { return site < join_; }

  /// True if site `later` may only be passed after site `earlier`.
  bool must_follow(std::size_t later, std::size_t earlier) const {
    if (node_of_[later] != node_of_[earlier]) return depends(node_of_[later], node_of_[earlier]);
    const bool is_last = later + 1 == num_sites() || node_of_[later + 1] != node_of_[later];
    return is_last && later != earlier;
  }

  /// All sites as one thread passes them.
  std::vector<std::size_t> plan_order() const {
    Session session(graph, {.threads = 1});
    stage.prepare({});
    session.run(initialize);
    session.run(step);
    std::vector<std::size_t> sites(num_sites());
    std::iota(sites.begin(), sites.end(), std::size_t{0});
    std::sort(sites.begin(), sites.end(),
              [](std::size_t x, std::size_t y) { return stage.when[x] < stage.when[y]; });
    return sites;
  }

  Graph graph;
  Output a = variable(graph, Tensor::from<std::int64_t>({width}, {1, 2, 3, 4}), {.name = "a"});
  Output b = variable(graph, Tensor::from<std::int64_t>({width}, {5, 6, 7, 8}), {.name = "b"});
  Output c = variable(graph, Tensor::from<std::int64_t>({width}, {9, 8, 7, 6}), {.name = "c"});
  Output initialize;
  Output step;

 private:
  Output add(const std::vector<Output>& inputs) {
    const auto site = static_cast<std::int64_t>(num_sites());
    const Output result = add_node(whole, inputs, {{"site", site}}, {});
    node_of_.push_back(result.node_id());
    return result;
  }

  Output add_blocks(std::int64_t blocks, const std::vector<Output>& inputs) {
    const auto site = static_cast<std::int64_t>(num_sites());
    const Output result = add_node(blockwise, inputs, {{"site", site}, {"blocks", blocks}}, {});
    node_of_.insert(node_of_.end(), static_cast<std::size_t>(blocks) + 1, result.node_id());
    return result;
  }

  bool depends(NodeId later, NodeId earlier) const {
    if (later == earlier) return true;
    const auto inputs = graph.node(later).inputs;
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](Endpoint input) { return depends(input.node, earlier); });
  }

  std::vector<NodeId> node_of_;  // by site
  std::size_t join_ = 0;
};

/// A session under test beside one of a single thread, without faults, that shows what its
/// variables must be.
class Rehearsal {
 public:
  Rehearsal(const Play& play, const SessionOptions& options)
      : play_(play), tested_(play.graph, options), calm_(play.graph, {.threads = 1}) {
    stage.prepare({});
    tested_.run(play.initialize);
    calm_.run(play.initialize);
  }

  /// Runs the session under test, where `faults` happen. The run listens to `stage.stop` if one of
  /// them needs that.
  void run(std::vector<Fault> faults, RunOptions options = {}) {
    stage.prepare(std::move(faults));
    for (const Fault& fault : stage.faults)
      if (fault.act == Act::request_stop || fault.act == Act::await_stop)
        options.stop = stage.stop.get_token();
    tested_.run(play_.step, options);
  }

  /// One step without faults.
  void run_calmly() {
    stage.prepare({});
    tested_.run(play_.step);
  }

  /// From now on, variables are expected to be `steps` steps further.
  void expect_steps(std::int64_t steps) {
    const std::vector<Fault> faults = std::exchange(stage.faults, {});
    if (steps > 0) calm_.run(play_.step, {.steps = steps});
    stage.faults = faults;
  }

  bool variables_are_as_expected() {
    const std::vector<Tensor> found = tested_.run({play_.a, play_.b, play_.c});
    const std::vector<Tensor> expected = calm_.run({play_.a, play_.b, play_.c});
    return std::equal(found.begin(), found.end(), expected.begin(), expected.end(),
                      [](const Tensor& x, const Tensor& y) { return bitwise_equal(x, y); });
  }

 private:
  const Play& play_;
  Session tested_;
  Session calm_;
};

}  // namespace deft::staged
