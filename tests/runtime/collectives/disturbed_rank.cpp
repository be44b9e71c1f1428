#include "runtime/collectives/disturbed_rank.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "support/child_process.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

std::atomic<bool> kernel_throws{false};

/// x [s] -> [s], f32, unless it throws
constexpr OpDef fragile_op{
    .name = "fragile",
    .arity = {1, 1},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      return {context.inputs[0]};
    },
    .kernel =
        [](const KernelContext& context) {
          const auto bytes = static_cast<std::size_t>(context.outputs[0].shape.num_elements()) * 4;
          const auto run = [bytes](const KernelArgs& args) {
            if (kernel_throws) throw std::runtime_error("a part broke");
            std::memcpy(args.output<float>(), args.input<float>(0), bytes);
          };
          return make_kernel(run, 1.0);
        },
};

template <std::size_t size>
void copy_text(char (&to)[size], const std::string& text) {
  std::strncpy(to, text.c_str(), size - 1);
}

/// "3 -> /some/file", of all that this process has open.
std::vector<std::string> open_descriptors() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // that of the iterator itself, afterwards
    all.push_back(entry.path().filename().string() + " -> " +
                  fs::read_symlink(entry.path(), gone).string());
  }
  std::erase_if(all, [](const std::string& text) { return text.ends_with("/fd"); });
  std::ranges::sort(all);
  return all;
}

std::map<std::string, std::string> files_of(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files[entry.path().filename().string()] = bytes_of_file(entry.path());
  return files;
}

/// Throws all errors but those of ranks that end, are silent or do not come.
void note_refusal(const Scene& scene, RankReport& report, const Error& error) {
  if (error.code() != ErrorCode::unavailable) throw error;
  const std::string text = error.what();
  const std::size_t names = text.find(" ms: ");
  if (text.find("did not come") != std::string::npos && names != std::string::npos &&
      text.find(std::to_string(scene.hurt), names) != std::string::npos)
    ++report.refusals;
}

Communicator meet(const GroupOptions& options, const Scene& scene, RankReport& report) {
  for (;;) try {
      return Communicator::connect(options);
    } catch (const RunError& error) {
      note_refusal(scene, report, error);
    }
}

}  // namespace

DisturbedRank::DisturbedRank(const Communicator& group, Scene& scene, const std::string& folder)
    : group_(group),
      scene_(scene),
      folder_(folder),
      random_(scene.seed),
      model_(linear_model(group)),
      fed_(placeholder(model_.graph, DType::f32, {-1})),
      step_(deft::group(
          {model_.training.step, all_reduce(fed_, group),
           all_reduce(fill(model_.graph, DType::f32, {fault().message_floats}, 1.0F), group),
           add_node(fragile_op, {model_.w}, {}, {})})),
      other_(all_reduce(model_.w * 2, group)),
      session_(model_.graph, {.threads = 1 + static_cast<int>(scene.seed % 2)}) {
  if (fault().fills_disk && is_hurt()) disk_.emplace(folder);
}

void DisturbedRank::train(bool anew) {
  session_.run(global_variables_initializer(model_.graph));
  if (!anew) try {
      train_until_over();
    } catch (const Error& error) {
      note_failure(error);
    }
  kernel_throws = false;
  stop_ = {};
  go_on();
  report().ended = state();
}

void DisturbedRank::throw_from_now_on() { kernel_throws = true; }

void DisturbedRank::run(RunOptions options, std::int64_t fed) {
  const std::int64_t before = steps_done();
  options.stop = stop_.get_token();
  options.on_progress = [&](const Progress& now) { report().step = before + now.step; };
  options.progress_every = is_hurt() ? 1 : 7;
  session_.run(step_, {{fed_, Tensor::zeros(DType::f32, {fed})}}, options);
}

std::int64_t DisturbedRank::steps_done() const {
  return session_.value(model_.training.count).item<std::int64_t>();
}

ModelState DisturbedRank::state() const {
  const std::vector<Tensor> values = session_.values({model_.training.count, model_.w});
  ModelState state{.step = values[0].item<std::int64_t>()};
  std::ranges::copy(values[1].to<float>(), state.weights.begin());
  return state;
}

/// Rank 0 says it, for all.
bool DisturbedRank::is_over() const {
  const auto own = static_cast<std::byte>(scene_.is_over.load());
  return group_.exchange({&own, 1}).at(0).at(0) != std::byte{0};
}

/// The thread that hurts has ended when this returns.
void DisturbedRank::train_until_over() {
  session_.rejoin(group_);
  std::jthread saboteur;
  if (is_hurt() && fault().suddenly != nullptr)
    saboteur = std::jthread([&](const std::stop_token& in_vain) {
      while (report().step < scene_.instant && !in_vain.stop_requested())
        std::this_thread::sleep_for(std::chrono::microseconds(50));
      std::this_thread::sleep_for(scene_.delay);
      if (!in_vain.stop_requested()) fault().suddenly(*this);
    });
  const std::int64_t run_of_fault = 1 + scene_.instant / fault().steps_of_run;
  for (std::int64_t count = 0; !is_over(); ++count) {
    if (is_hurt() && fault().instead_of_run != nullptr && count >= run_of_fault)
      fault().instead_of_run(*this);
    else
      run({.steps = steps_of_run()});
    if (fault().fills_disk) save_on_small_disk(count == run_of_fault);
  }
}

void DisturbedRank::save_on_small_disk(bool full) {
  const auto save_checkpoint = [&] {
    const auto before = files_of(folder_);
    if (full) disk_->fill();
    try {
      save(session_, folder_ + "/checkpoint");
    } catch (const FileError&) {
      disk_->make_room();
      if (before.empty() || files_of(folder_) != before)
        copy_text(report().left, "another checkpoint than before, or a part of one");
      throw;
    }
  };
  group_.once(save_checkpoint, scene_.hurt);
}

void DisturbedRank::note_failure(const Error& error) {
  report().failed_at = steady_clock::now().time_since_epoch().count();
  report().code = error.code();
  report().was_connected = group_.is_connected();
  report().failed = state();
  copy_text(report().text, error.what());
}

/// All end at the same step, so that they begin it at most once more if something fails again.
void DisturbedRank::go_on() {
  for (;;) try {
      session_.rejoin(group_);
      const std::int64_t done = steps_done();
      std::int64_t target = 0;
      if (scene_.target.compare_exchange_strong(target, done + fault().steps_after))
        target = done + fault().steps_after;
      if (done < target) run({.steps = target - done});
      if (fault().fills_disk) save_on_small_disk(false);
      group_.exchange({});  // nobody leaves before all are done
      return;
    } catch (const RunError& error) {
      note_refusal(scene_, report(), error);
    }
}

int disturbed_rank(GroupOptions options, Scene& scene, bool anew) {
  RankReport& report = scene.ranks[static_cast<std::size_t>(options.rank)];
  options.timeout = scene.fault->timeout;
  options.connect_timeout = scene.fault->connect_timeout;
  const std::ptrdiff_t threads = count_threads();
  const std::vector<std::string> descriptors = open_descriptors();
  DisturbedRank(meet(options, scene, report), scene, options.store + ".disk").train(anew);
  if (!soon_has_threads(threads)) copy_text(report.left, "threads");
  std::string left;
  for (const std::string& each : open_descriptors())
    if (std::ranges::find(descriptors, each) == descriptors.end()) left += each + '\n';
  if (!left.empty()) copy_text(report.left, left);
  return 0;
}

}  // namespace deft
