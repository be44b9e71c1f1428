#include "pictures.hpp"

#include <cmath>
#include <string>
#include <type_traits>

#include <deft/core/visit_dtype.hpp>

#include "event_error.hpp"

namespace deft {
namespace {

struct PictureRefusal {
  std::string_view tag;
  const Tensor& pixels;
  SourceLocation where;

  [[noreturn]] void operator()(ErrorCode code, const std::string& problem,
                               const std::string& cure) const {
    refuse_event(code,
                 "the image '" + std::string(tag) + "' is " + to_string(pixels.spec()) + problem,
                 cure, where);
  }
};

/// Elements from 0 to 1 as the nearest of 0/255, 1/255, ... 255/255.
template <class T>
Tensor quantized(const Tensor& pixels, const PictureRefusal& refuse) {
  Tensor result = Tensor::uninitialized(DType::u8, pixels.shape());
  const auto from = pixels.data<T>();
  const auto to = result.mutable_data<std::uint8_t>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!(from[i] >= 0 && from[i] <= 1))  // NaN too
      refuse(ErrorCode::invalid_argument,
             ", and element " + std::to_string(i) + " is " + Tensor::scalar(from[i]).to_string() +
                 ", but floating pixels are from 0 to 1",
             "scale or clip it");
    to[i] = static_cast<std::uint8_t>(std::lround(from[i] * 255));
  }
  return result;
}

Tensor pixels_of(const Tensor& pixels, const PictureRefusal& refuse) {
  if (pixels.dtype() == DType::u8) return pixels;
  if (!is_floating(pixels.dtype()))
    refuse(ErrorCode::dtype_mismatch, ", but pixels are u8 or floating", "cast it");
  return visit_floating(
      pixels.dtype(), [&]<class T>(std::type_identity<T>) { return quantized<T>(pixels, refuse); });
}

}  // namespace

Pictures::Pictures(std::string_view tag, const Tensor& pixels, SourceLocation where) {
  const PictureRefusal refuse{tag, pixels, where};
  const std::size_t rank = pixels.shape().rank();
  if (rank < 2 || rank > 4)
    refuse(ErrorCode::shape_mismatch, "",
           "give it [height, width], [height, width, channels] or [n, height, width, channels]");
  is_batch_ = rank == 4;
  const auto dims = pixels.shape().dims().subspan(is_batch_ ? 1 : 0);
  if (is_batch_) size_ = static_cast<std::size_t>(pixels.shape()[0]);
  first_.height = static_cast<std::size_t>(dims[0]);
  first_.width = static_cast<std::size_t>(dims[1]);
  first_.channels = rank == 2 ? 1 : static_cast<std::size_t>(dims[2]);
  if (first_.channels != 1 && first_.channels != 3 && first_.channels != 4)
    refuse(ErrorCode::shape_mismatch,
           ", which has " + std::to_string(first_.channels) + " channels",
           "give it 1 channel (gray), 3 (red, green, blue) or 4 (and opacity)");
  if (first_.height == 0 || first_.width == 0)
    refuse(ErrorCode::shape_mismatch, ", which has no pixels", "leave it out");
  // A row has a byte of its own in a PNG.
  if (first_.height > max_picture_bytes / (first_.width * first_.channels + 1))
    refuse(ErrorCode::shape_mismatch,
           ", but a picture has at most " + std::to_string(max_picture_bytes) + " bytes",
           "make it smaller");
  u8_ = pixels_of(pixels, refuse);
  first_.pixels = u8_.data<std::uint8_t>();
}

Picture Pictures::operator[](std::size_t i) const {
  const std::size_t bytes = first_.height * first_.width * first_.channels;
  Picture picture = first_;
  picture.pixels = first_.pixels.subspan(i * bytes, bytes);
  return picture;
}

}  // namespace deft
