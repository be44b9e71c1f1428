#include "executable.hpp"

#include <algorithm>
#include <utility>

#include <sys/mman.h>

#include <deft/core/error.hpp>

namespace deft {

void check_onednn(dnnl_status_t status, const std::string& call) {
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success)
    throw InternalError("oneDNN refused its work: " + call + " returned status " +
                        std::to_string(static_cast<int>(status)));
}

void require_room_for_kernels() {
  constexpr std::size_t bytes = 1 << 24;  // it takes up to 10 MB
  void* const room =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  ::munmap(room, bytes);
}

bool onednn_has_avx512() {
  constexpr auto avx512 = static_cast<unsigned>(dnnl::cpu_isa::avx512_core);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & avx512) == avx512;
}

dnnl::primitive_attr callers_scratchpad() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

/// Memory objects, whose data pointers an execution sets, and a stream.
struct OnednnExecutable::Set {
  std::vector<dnnl::memory> memories;
  std::vector<dnnl_exec_arg_t> list;
  dnnl::stream stream;

  Set(const dnnl::engine& engine, const std::vector<Argument>& arguments) : stream(engine) {
    for (const Argument& argument : arguments) {
      memories.emplace_back(argument.memory, engine, nullptr);
      list.push_back({argument.name, memories.back().get()});
    }
  }
};

OnednnExecutable::OnednnExecutable(const dnnl::engine& engine, dnnl::primitive primitive,
                                   std::vector<Argument> arguments, int threads)
    : engine_(engine), primitive_(std::move(primitive)), arguments_(std::move(arguments)) {
  for (int i = 0; i < std::min(threads, pool_size); ++i) put(make_set());
}

OnednnExecutable::~OnednnExecutable() {
  for (auto& slot : pool_) delete slot.load();
}

std::unique_ptr<OnednnExecutable::Set> OnednnExecutable::make_set() const {
  return std::make_unique<Set>(engine_, arguments_);
}

std::unique_ptr<OnednnExecutable::Set> OnednnExecutable::take() const {
  for (auto& slot : pool_) {
    if (slot.load(std::memory_order_relaxed) == nullptr) continue;
    if (Set* found = slot.exchange(nullptr, std::memory_order_acquire))
      return std::unique_ptr<Set>(found);
  }
  return make_set();
}

void OnednnExecutable::put(std::unique_ptr<Set> set) const {
  for (auto& slot : pool_) {
    Set* expected = nullptr;
    if (slot.compare_exchange_strong(expected, set.get(), std::memory_order_release,
                                     std::memory_order_relaxed)) {
      static_cast<void>(set.release());
      return;
    }
  }
}

void OnednnExecutable::run(std::span<const void* const> data) const {
  const bool is_first = !has_run_.load(std::memory_order_relaxed);
  if (is_first) require_room_for_kernels();
  std::unique_ptr<Set> set = take();
  // oneDNN's C interface takes the arguments as an array; the C++ one wants a hash map.
  for (std::size_t i = 0; i < data.size(); ++i)
    check_onednn(dnnl_memory_set_data_handle(set->memories[i].get(), const_cast<void*>(data[i])),
                 "dnnl_memory_set_data_handle");
  check_onednn(dnnl_primitive_execute(primitive_.get(), set->stream.get(),
                                      static_cast<int>(set->list.size()), set->list.data()),
               "dnnl_primitive_execute");
  put(std::move(set));
  if (is_first) has_run_.store(true, std::memory_order_relaxed);
}

}  // namespace deft
