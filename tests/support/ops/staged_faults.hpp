#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

namespace deft::staged {

// Kernels that fail where a test says so. A site is a place in a graph that every step passes once:
// a kernel, or if that has blocks, one of them or what combines them.

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
    .effect = Effect::stateful,
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
    .effect = Effect::stateful,
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

}  // namespace deft::staged
