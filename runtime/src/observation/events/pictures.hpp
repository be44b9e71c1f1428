#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

#include "png.hpp"

namespace deft {

/// The pictures that a tensor holds: one of shape [height, width] or [height, width, channels], or
/// several, [n, height, width, channels].
class Pictures {
 public:
  /// Throws FileError, which names `tag`, if the tensor is not u8 or floating from 0 to 1, or no
  /// picture has such a shape.
  Pictures(std::string_view tag, const Tensor& pixels, SourceLocation where);

  /// Whether the tensor had a dimension to count pictures.
  bool is_batch() const { return is_batch_; }
  std::size_t size() const { return size_; }
  Picture operator[](std::size_t i) const;

 private:
  bool is_batch_ = false;
  std::size_t size_ = 1;
  Picture first_;  // its pixels are those of all
  Tensor u8_;
};

}  // namespace deft
