#pragma once

#include <dlfcn.h>

namespace deft {

/// While it lives, OpenMP regions that this thread enters have a team of one: oneDNN built with
/// OpenMP would otherwise start a team inside each of deft's workers. The caller's own setting
/// comes back afterwards. The functions are looked up in the process, so that deft needs no OpenMP
/// itself.
class SingleThread {
 public:
  SingleThread() {
    if (functions().set == nullptr) return;
    outer_ = functions().get();
    if (outer_ != 1) functions().set(1);
  }
  ~SingleThread() {
    if (outer_ > 1) functions().set(outer_);
  }
  SingleThread(const SingleThread&) = delete;
  SingleThread& operator=(const SingleThread&) = delete;

 private:
  struct Functions {
    void (*set)(int) = nullptr;
    int (*get)() = nullptr;
  };

  static const Functions& functions() {
    static const Functions found = [] {
      Functions f;
      f.set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
      f.get = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
      return f.set != nullptr && f.get != nullptr ? f : Functions{};
    }();
    return found;
  }

  int outer_ = 1;
};

}  // namespace deft
