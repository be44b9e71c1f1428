#include "rendezvous/pmix_store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include <dlfcn.h>
#include <pmix.h>

#include <deft/core/error.hpp>

namespace deft::collectives {
namespace {

class Library {
 public:
  Library() : handle_(::dlopen("libpmix.so.2", RTLD_NOW | RTLD_LOCAL)) {}

  bool is_open() const { return handle_ != nullptr; }

  /// A function of PMIx, named as in its header.
  template <class Function>
  Function* function(const char* name) const {
    return reinterpret_cast<Function*>(::dlsym(handle_, name));
  }

 private:
  void* handle_;  // never closed: PMIx has threads of its own
};

[[noreturn]] void refuse(const std::string& message, const GroupOptions& options) {
  throw RunError({.code = ErrorCode::unavailable,
                  .message = message,
                  .cure = "start the program by mpirun or `srun --mpi=pmix`, or let the ranks meet "
                          "in a folder: DEFT_STORE",
                  .op = "Communicator::connect",
                  .where = options.where});
}

}  // namespace

struct PmixStore::Impl {
  Library library;
  GroupOptions options;
  pmix_proc_t self{};
  bool fenced = false;

  std::string key(int generation) const {
    return "deft." + options.name + '.' + std::to_string(generation);
  }

  void check(pmix_status_t status, const char* action) const {
    if (status == PMIX_SUCCESS) return;
    auto* const text = library.function<decltype(PMIx_Error_string)>("PMIx_Error_string");
    refuse(std::string(action) + ": " + text(status), options);
  }
};

PmixStore::PmixStore(const GroupOptions& options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
  if (!impl_->library.is_open()) refuse("there is no library libpmix.so.2", options);
  auto* const init = impl_->library.function<decltype(PMIx_Init)>("PMIx_Init");
  impl_->check(init(&impl_->self, nullptr, 0), "PMIx_Init");
}

PmixStore::~PmixStore() {
  impl_->library.function<decltype(PMIx_Finalize)>("PMIx_Finalize")(nullptr, 0);
}

bool PmixStore::put(int generation, int rank, const std::string& note) {
  if (static_cast<pmix_rank_t>(rank) != impl_->self.rank)
    refuse("PMIx counts this process as rank " + std::to_string(impl_->self.rank) + ", not " +
               std::to_string(rank),
           impl_->options);
  std::string bytes = note;
  pmix_value_t value{};
  value.type = PMIX_BYTE_OBJECT;
  value.data.bo.bytes = bytes.data();
  value.data.bo.size = bytes.size();
  const Library& library = impl_->library;
  impl_->check(library.function<decltype(PMIx_Put)>("PMIx_Put")(
                   PMIX_GLOBAL, impl_->key(generation).c_str(), &value),
               "PMIx_Put");
  impl_->check(library.function<decltype(PMIx_Commit)>("PMIx_Commit")(), "PMIx_Commit");
  return true;
}

/// The first call waits, once, until all have put their notes.
std::optional<std::string> PmixStore::get(int generation, int rank) {
  const Library& library = impl_->library;
  if (!impl_->fenced) {
    pmix_info_t info[2]{};
    std::strncpy(info[0].key, PMIX_COLLECT_DATA, PMIX_MAX_KEYLEN);
    info[0].value.type = PMIX_BOOL;
    info[0].value.data.flag = true;
    std::strncpy(info[1].key, PMIX_TIMEOUT, PMIX_MAX_KEYLEN);
    info[1].value.type = PMIX_INT;
    info[1].value.data.integer = static_cast<int>(std::max<std::int64_t>(
        1, std::chrono::ceil<std::chrono::seconds>(impl_->options.connect_timeout).count()));
    impl_->check(
        library.function<decltype(PMIx_Fence)>("PMIx_Fence")(nullptr, 0, info, std::size(info)),
        "PMIx_Fence");
    impl_->fenced = true;
  }
  pmix_proc_t who = impl_->self;
  who.rank = static_cast<pmix_rank_t>(rank);
  pmix_value_t* value = nullptr;
  impl_->check(library.function<decltype(PMIx_Get)>("PMIx_Get")(
                   &who, impl_->key(generation).c_str(), nullptr, 0, &value),
               "PMIx_Get");
  std::string note(value->data.bo.bytes, value->data.bo.size);
  std::free(value->data.bo.bytes);
  std::free(value);
  return note;
}

}  // namespace deft::collectives
