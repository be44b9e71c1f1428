/// All-reduces of several processes: deft's against Gloo's own ring, in turn in the same processes.
///
/// ranks_peer [ranks...]: by default 2 and 4

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gloo/allreduce.h>
#include <gloo/barrier.h>
#include <gloo/math.h>
#include <gloo/rendezvous/context.h>
#include <gloo/rendezvous/file_store.h>
#include <gloo/transport/tcp/device.h>

#include "algorithms/all_reduce.hpp"
#include "harness/median.hpp"
#include "kernels/environment/blocked_signals.hpp"
#include "rendezvous/meeting.hpp"
#include "runtime/collectives/ranks.hpp"

namespace deft::benchmark {
namespace {

using Clock = std::chrono::steady_clock;
using collectives::AllReduce;
using collectives::ProcessMeeting;

constexpr std::size_t counts[] = {1'000, 100'000, 1'000'000};  // of f32

/// A rank of both groups.
class Rank {
 public:
  explicit Rank(const GroupOptions& options)
      : signals_(BlockedSignals::Extent::ordinary),
        meeting_(options),
        met_(meeting_.meet(0, Clock::now() + options.connect_timeout, {})),
        context_(std::make_shared<gloo::rendezvous::Context>(options.rank, options.size)) {
    const std::string folder = options.store + ".gloo";
    std::filesystem::create_directory(folder);
    gloo::rendezvous::FileStore store(folder);
    auto device = gloo::transport::tcp::CreateDevice(options.address.c_str());
    context_->connectFullMesh(store, device);
  }

  void compare(std::size_t count, std::uint32_t tag) {
    std::vector<float> own(count, 1);
    std::vector<float> ring(count, 1);
    AllReduce all_reduce(*met_.transport, std::as_writable_bytes(std::span(own)), DType::f32,
                         Reduce::sum, tag);
    const int rounds = count > 500'000 ? 60 : 300;
    std::vector<double> deft;
    std::vector<double> gloo;
    std::vector<double> ratios;
    for (int i = 0; i < rounds; ++i) {
      deft.push_back(seconds([&] { all_reduce.run(collectives::Deadline::max()); }));
      gloo.push_back(seconds([&] { ring_all_reduce(ring); }));
      ratios.push_back(deft.back() / gloo.back());
      own.assign(count, 1);
      ring.assign(count, 1);
    }
    if (context_->rank == 0)
      std::printf("%5d %9zu %12.1f %12.1f %8.2f\n", context_->size, count, 1e6 * median(deft),
                  1e6 * median(gloo), median(ratios));
    std::fflush(stdout);
  }

 private:
  template <class Work>
  double seconds(const Work& work) {
    gloo::BarrierOptions barrier(context_);
    barrier.setTag(1);
    gloo::barrier(barrier);
    const Clock::time_point begin = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }

  void ring_all_reduce(std::vector<float>& data) {
    gloo::AllreduceOptions options(context_);
    options.setOutput(data.data(), data.size());
    options.setReduceFunction(
        [](void* c, const void* a, const void* b, std::size_t n) { gloo::sum<float>(c, a, b, n); });
    options.setTag(2);
    gloo::allreduce(options);
  }

  const BlockedSignals signals_;
  ProcessMeeting meeting_;
  collectives::Meeting::Met met_;
  std::shared_ptr<gloo::rendezvous::Context> context_;
};

int compare(int size) {
  Processes ranks(size);
  ranks.start_all([](const GroupOptions& options) {
    Rank rank(options);
    std::uint32_t tag = 100;
    for (const std::size_t count : counts) rank.compare(count, tag++);
    return 0;
  });
  const std::vector<int> results = ranks.results();
  return static_cast<int>(std::ranges::count_if(results, [](int result) { return result != 0; }));
}

}  // namespace
}  // namespace deft::benchmark

int main(int argc, char** argv) {
  std::printf("%5s %9s %12s %12s %8s\n", "ranks", "f32", "deft us", "gloo us", "ratio");
  std::fflush(stdout);
  int failures = 0;
  if (argc == 1)
    for (const int size : {2, 4}) failures += deft::benchmark::compare(size);
  for (int i = 1; i < argc; ++i) failures += deft::benchmark::compare(std::atoi(argv[i]));
  return failures == 0 ? 0 : 1;
}
