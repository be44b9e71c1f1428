#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The first byte chooses the options.
  if (size == 0) return 0;
  const unsigned choice = *data;
  const deft::CsvOptions options{
      .delimiter = (choice & 1U) != 0 ? ';' : '\0',
      .decimal_comma = (choice & 2U) != 0,
      .header = static_cast<deft::CsvHeader>((choice >> 2U) % 3),
      .dtype = static_cast<deft::DType>((choice >> 4U) % 6),
      .missing = (choice & 1U) != 0 ? std::optional<double>(0) : std::nullopt};
  return deft::fuzz(data + 1, size - 1,
                    [&](const deft::File& file) { deft::read_csv(file, options); });
}
