#include "openblas.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

#include <dlfcn.h>

namespace deft::benchmark {
namespace {

// Of cblas.h.
constexpr int row_major = 101;
constexpr int not_transposed = 111;
constexpr int transposed = 112;

bool processor_is_amd() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string word; file >> word;)
    if (word == "AuthenticAMD") return true;
  return false;
}

void* load() {
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  // What it chooses for AMD's processors with AVX-512 is made for those without.
  if (processor_is_amd()) setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
  return dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
}

}  // namespace

const OpenBlas* OpenBlas::installed() {
  static void* const library = load();
  if (library == nullptr) return nullptr;
  static const OpenBlas blas(reinterpret_cast<Sgemv>(dlsym(library, "cblas_sgemv")));
  return blas.sgemv_ == nullptr ? nullptr : &blas;
}

void OpenBlas::call(int transposition, const float* A, std::int64_t rows, std::int64_t columns,
                    const float* x, float* y) const {
  sgemv_(row_major, transposition, static_cast<int>(rows), static_cast<int>(columns), 1.0F, A,
         static_cast<int>(columns), x, 1, 0.0F, y, 1);
}

void OpenBlas::multiply(const float* A, std::int64_t rows, std::int64_t columns, const float* x,
                        float* y) const {
  call(not_transposed, A, rows, columns, x, y);
}

void OpenBlas::multiply_transposed(const float* A, std::int64_t rows, std::int64_t columns,
                                   const float* x, float* y) const {
  call(transposed, A, rows, columns, x, y);
}

}  // namespace deft::benchmark
