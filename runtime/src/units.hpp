#pragma once

#include <string>

namespace deft {

// Numbers for people to read, the same in every locale.

/// 3.14159 with 2 digits: "3.14"
std::string fixed_text(double value, int digits);

/// "850 ns", "1.23 us", "45.6 ms", "1.00 s"
std::string time_text(double nanoseconds);

/// "512 bytes", "1.21 kB", "45.6 MB"; 1 kB is 1000 bytes
std::string bytes_text(std::size_t bytes);

/// Six significant digits: "16006", "1.11022e-13"
std::string number_text(double value);

/// "1 step", "2 steps"
std::string count_text(std::size_t count, const char* what);

/// `text` with spaces before it, so that it is `width` characters long.
std::string right_aligned(const std::string& text, std::size_t width);

}  // namespace deft
