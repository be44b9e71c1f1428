#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The first byte chooses the options.
  if (size == 0) return 0;
  unsigned choice = *data;
  const auto choose = [&](unsigned count) {
    const unsigned chosen = choice % count;
    choice /= count;
    return chosen;
  };
  const deft::CsvOptions options{
      .delimiter = choose(2) != 0 ? ';' : '\0',
      .decimal_comma = choose(2) != 0,
      .header = static_cast<deft::CsvHeader>(choose(3)),
      .dtype = static_cast<deft::DType>(choose(6)),
      .missing = choose(2) != 0 ? std::optional<double>(0) : std::nullopt};
  return deft::fuzz(data + 1, size - 1,
                    [&](const deft::File& file) { deft::read_csv(file, options); });
}
