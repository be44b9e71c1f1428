#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return deft::fuzz(data, size, [](const deft::File& file) { deft::read_npz(file); });
}
