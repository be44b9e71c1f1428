#include "peak_memory.hpp"

#include <fstream>
#include <stdexcept>
#include <string>

namespace deft::benchmark {
namespace {

double kibibytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double value = 0;
    if (word == field && status >> value) return value;
  }
  throw std::runtime_error("/proc/self/status has no " + field);
}

}  // namespace

double memory_now() { return 1024 * kibibytes("VmRSS:"); }

double memory_peak() { return 1024 * kibibytes("VmHWM:"); }

}  // namespace deft::benchmark
