#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <deft/core/error.hpp>

#include "files/file.hpp"
#include "files/readers.hpp"

namespace deft {

/// Lets `read` read a file of these bytes: it may refuse them, but do nothing worse.
template <class F>
int fuzz(const std::uint8_t* data, std::size_t size, const F& read) {
  try {
    read(File("fuzz", std::as_bytes(std::span(data, size))));
  } catch (const FileError& error) {
    // Only the caller's fault, and memory that the file cannot justify, have other codes.
    if (error.code() != ErrorCode::file_format) __builtin_trap();
  }
  return 0;
}

}  // namespace deft
