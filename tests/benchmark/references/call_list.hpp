#pragma once

#include <vector>

namespace deft::benchmark {

/// The hand-written executor that deft's is compared with: an array of what to call with which
/// pointers, called in a loop. An element is all that a call computes, so its cost is the call's.
class CallList {
 public:
  using Function = void (*)(const float* a, const float* b, float* out);

  void add(Function function, const float* a, const float* b, float* out);
  void run() const;

 private:
  struct Call {
    Function function;
    const float* a;
    const float* b;
    float* out;
  };
  std::vector<Call> calls_;
};

/// *out = *a + *b
void add_elements(const float* a, const float* b, float* out);

}  // namespace deft::benchmark
