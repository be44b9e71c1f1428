#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/image.hpp>

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

/// The dimensions of a batch of pictures of one layout.
struct Picture {
  bool channels_first;
  std::int64_t batch;
  std::int64_t height;
  std::int64_t width;
  std::int64_t channels;

  /// Refused unless x has 4 dimensions, all known but the batch.
  Picture(const Composite& made, const Shape& x, ChannelLayout layout, std::int64_t block)
      : channels_first(layout == ChannelLayout::channels_first) {
    if (x.rank() != 4)
      made.refuse(ErrorCode::shape_mismatch,
                  "x has the shape " + x.to_string() + ", but pictures have 4 dimensions",
                  "give a batch of pictures with channels");
    const std::size_t first = channels_first ? 2 : 1;
    batch = x[0];
    height = x[first];
    width = x[first + 1];
    channels = x[channels_first ? 1 : 3];
    if (height == unknown || width == unknown || channels == unknown)
      made.refuse(ErrorCode::invalid_argument,
                  "height, width and channels must be known, but the shape is " + x.to_string(),
                  "give them, by reshape");
    constexpr std::int64_t largest = std::int64_t{1} << 20;
    if (block < 1 || block > largest)
      made.refuse(ErrorCode::invalid_argument,
                  "the block is " + std::to_string(block) + ", but must be from 1 to " +
                      std::to_string(largest),
                  "give the number of rows of a block");
  }

  /// Refused unless `divisor` divides `dim`.
  static std::int64_t divided(const Composite& made, const char* what, std::int64_t dim,
                              std::int64_t divisor) {
    if (dim % divisor != 0)
      made.refuse(ErrorCode::shape_mismatch,
                  std::string(what) + " is " + std::to_string(dim) + ", no multiple of " +
                      std::to_string(divisor),
                  "give a block that divides it, or pad");
    return dim / divisor;
  }

  Shape shape(std::int64_t h, std::int64_t w, std::int64_t c) const {
    return channels_first ? Shape{batch, c, h, w} : Shape{batch, h, w, c};
  }
};

}  // namespace

Output depth_to_space(const Output& x, std::int64_t block, const DepthToSpaceOptions& options) {
  const Composite made(x, "depth_to_space", {options.name, options.where});
  const Picture of(made, x.shape(options.where), options.layout, block);
  const std::int64_t left =
      Picture::divided(made, "the number of channels", of.channels, block * block);
  const bool blocks_first = options.order == DepthOrder::block_first;
  const Output moved = made.inside([&] {
    if (of.channels_first) {
      const Shape cut = blocks_first ? Shape{of.batch, block, block, left, of.height, of.width}
                                     : Shape{of.batch, left, block, block, of.height, of.width};
      return transpose(reshape(x, cut),
                       blocks_first ? Axes{0, 3, 4, 1, 5, 2} : Axes{0, 1, 4, 2, 5, 3});
    }
    const Shape cut = blocks_first ? Shape{of.batch, of.height, of.width, block, block, left}
                                   : Shape{of.batch, of.height, of.width, left, block, block};
    return transpose(reshape(x, cut),
                     blocks_first ? Axes{0, 1, 3, 2, 4, 5} : Axes{0, 1, 4, 2, 5, 3});
  });
  return reshape(moved, of.shape(of.height * block, of.width * block, left), made.result());
}

Output space_to_depth(const Output& x, std::int64_t block, const SpaceToDepthOptions& options) {
  const Composite made(x, "space_to_depth", {options.name, options.where});
  const Picture of(made, x.shape(options.where), options.layout, block);
  const std::int64_t rows = Picture::divided(made, "the height", of.height, block);
  const std::int64_t columns = Picture::divided(made, "the width", of.width, block);
  const Output moved = made.inside([&] {
    if (of.channels_first)
      return transpose(reshape(x, {of.batch, of.channels, rows, block, columns, block}),
                       {0, 3, 5, 1, 2, 4});
    return transpose(reshape(x, {of.batch, rows, block, columns, block, of.channels}),
                     {0, 1, 3, 2, 4, 5});
  });
  return reshape(moved, of.shape(rows, columns, of.channels * block * block), made.result());
}

}  // namespace deft
