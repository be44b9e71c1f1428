#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dnnl.hpp>

namespace deft {

/// Throws what a status of oneDNN's C interface stands for, if it is an error.
void check_onednn(dnnl_status_t status, const std::string& call);

/// Throws std::bad_alloc where oneDNN might find no room for the kernels that it makes when a
/// primitive is made and when one is executed first: it does not look whether it got any.
void require_room_for_kernels();

/// What `make` gives, which makes primitives where a SingleThread lives: with room for their
/// kernels, and with oneDNN's errors as deft's.
template <class Make>
auto with_onednn(const Make& make) {
  require_room_for_kernels();
  try {
    return make();
  } catch (const dnnl::error& error) {
    check_onednn(error.status, error.what());
    throw;
  }
}

bool onednn_has_avx512();

/// Attributes of a primitive that works in memory which its caller gives.
dnnl::primitive_attr callers_scratchpad();

/// A primitive made ready to be executed from any thread, with the addresses of its operands.
class OnednnExecutable {
 public:
  /// An operand by oneDNN's name for it, DNNL_ARG_SRC and the like.
  struct Argument {
    int name;
    dnnl::memory::desc memory;
  };

  /// The last argument is the scratchpad. `threads` may execute it at the same time without
  /// allocating anything.
  OnednnExecutable(const dnnl::engine& engine, dnnl::primitive primitive,
                   std::vector<Argument> arguments, int threads);
  OnednnExecutable(const OnednnExecutable&) = delete;
  OnednnExecutable& operator=(const OnednnExecutable&) = delete;
  ~OnednnExecutable();

  /// Bytes of the last argument.
  std::size_t scratchpad_bytes() const { return arguments_.back().memory.get_size(); }

  /// `data` in the order of the arguments. Where a SingleThread lives.
  void run(std::span<const void* const> data) const;

 private:
  struct Set;  // what one execution at a time needs

  std::unique_ptr<Set> make_set() const;
  std::unique_ptr<Set> take() const;
  void put(std::unique_ptr<Set> set) const;

  dnnl::engine engine_;  // a share of it, so that it outlives what was made with it
  dnnl::primitive primitive_;
  std::vector<Argument> arguments_;

  /// Sets at rest. An execution takes one and puts it back: two atomic exchanges and no
  /// allocation, unless more threads than were expected run one primitive at once.
  static constexpr int pool_size = 16;
  mutable std::array<std::atomic<Set*>, pool_size> pool_{};
  mutable std::atomic<bool> has_run_{false};
};

}  // namespace deft
