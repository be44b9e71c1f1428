#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/ops/movement.hpp>

namespace deft {

/// Where the channels of a tensor under windows stand, between its batch and its 1 to 3 spatial
/// dimensions or behind them.
enum class ChannelLayout {
  channels_last,   // [n, spatial..., channels], filters [spatial..., in / groups, out]: TensorFlow
  channels_first,  // [n, channels, spatial...], filters [out, in / groups, spatial...]: ONNX
};

/// Optional arguments of same_upper and same_lower, as those of the operation that is padded.
struct SameOptions {
  std::vector<std::int64_t> strides = {};
  std::vector<std::int64_t> dilations = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The padding under which an input of the spatial dimensions `sizes` gives as many windows as it
/// has elements, divided by the stride and rounded up: `{.padding = same_upper({28, 28}, {3, 3})}`.
/// Of an odd number of elements, same_upper puts one more after the input, as TensorFlow does, and
/// same_lower before it. Throws ValueError unless there is one size, window, stride and dilation
/// per dimension, each from 1 (sizes: 0) to 2^31 - 1.
Paddings same_upper(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& window,
                    const SameOptions& options = {});
Paddings same_lower(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& window,
                    const SameOptions& options = {});

/// Optional arguments of ceil_padding, as those of the pool that is padded.
struct CeilOptions {
  std::vector<std::int64_t> strides = {};
  std::vector<std::int64_t> dilations = {};
  Paddings padding = {};  // that there is anyway; default: none
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The padding under which a pool over the spatial dimensions `sizes` has as many windows as if
/// their number was rounded up, not down: that of the options, and at the end as much more as the
/// last window needs. A window that would begin in the padding behind the input is left out. This
/// is ONNX's and PyTorch's ceil_mode.
///
/// There a mean that counts padding counts that of the options, but not what is added. It is
/// `average_pool(pad(x, padding), {.padding = added})`, where `added` is the result less `padding`,
/// and x is padded along its spatial dimensions. Throws ValueError as same_upper.
Paddings ceil_padding(const std::vector<std::int64_t>& sizes,
                      const std::vector<std::int64_t>& window, const CeilOptions& options = {});

/// Optional arguments of conv: `conv(x, filter, {.strides = {2, 2}, .padding = {{1, 1}, {1, 1}}})`.
/// Lists have one entry per spatial dimension, or none for the default.
struct ConvOptions {
  std::vector<std::int64_t> strides = {};    // between neighbouring windows; default: 1
  std::vector<std::int64_t> dilations = {};  // between neighbours within a window; default: 1
  std::int64_t groups = 1;                   // channels in groups that do not see each other
  Paddings padding = {};                     // with zeros; default: none
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Cross-correlation in 1 to 3 spatial dimensions, what networks call convolution:
/// x [n, spatial..., in], filter [window..., in / groups, out] -> [n, windows..., out], where a
/// dimension has (size + padding - (window - 1) * dilation - 1) / stride + 1 windows, rounded down.
/// Refused if that is not positive. f32 and f64; what padding adds where a filter is infinite or
/// NaN is open.
Output conv(const Output& x, const Output& filter, const ConvOptions& options = {});

/// Optional arguments of conv_transpose.
struct ConvTransposeOptions {
  std::vector<std::int64_t> strides = {};
  std::vector<std::int64_t> dilations = {};
  std::int64_t groups = 1;
  Paddings padding = {};                          // of the result, which is cut off there
  std::vector<std::int64_t> output_padding = {};  // that the result is larger; default: 0
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The gradient of a conv with these options with respect to its input, as an operation: x has the
/// shape of what conv gives, the result that of what conv takes. x [n, windows..., out], filter
/// [window..., in / groups, out] -> [n, spatial..., in], where a dimension has
/// (windows - 1) * stride + (window - 1) * dilation + 1 - padding + output_padding elements. The
/// filter is that of conv. output_padding, below the stride, tells apart the sizes for which conv
/// has as many windows.
Output conv_transpose(const Output& x, const Output& filter,
                      const ConvTransposeOptions& options = {});

/// The gradient of conv(x, filter, options) with respect to its filter, where that of the result is
/// `grad`. Of `filter` only the shape matters.
Output conv_filter_gradient(const Output& x, const Output& grad, const Output& filter,
                            const ConvOptions& options = {});

/// Optional arguments of max_pool: `max_pool(x, {.window = {2, 2}, .strides = {2, 2}})`. Lists have
/// one entry per spatial dimension.
struct MaxPoolOptions {
  std::vector<std::int64_t> window;          // needed
  std::vector<std::int64_t> strides = {};    // default: 1
  std::vector<std::int64_t> dilations = {};  // default: 1
  Paddings padding = {};                     // default: none; less than a window
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The largest element of every window, for each channel: [n, spatial..., channels] ->
/// [n, windows..., channels], in 1 to 3 spatial dimensions. Padding is never the largest; a dilated
/// window that meets nothing else gives the lowest value, -infinity for floating dtypes. A NaN is
/// larger than any number. The whole gradient goes to the first of equal elements, in row-major
/// order, and to the first NaN. Numeric dtypes.
Output max_pool(const Output& x, const MaxPoolOptions& options);

/// What max_pool_with_argmax gives: `const auto [values, indices] = max_pool_with_argmax(...)`.
struct MaxPoolWithArgmax {
  Output values;
  Output indices;  // i64
};

/// max_pool, and where in x the largest elements stand: their numbers in row-major order, counted
/// over the whole tensor, batch and channels among them; -1 where a window meets nothing. With
/// channels_first these are ONNX's Indices with storage_order 0; with channels_last those of
/// TensorFlow with include_batch_in_index, and modulo the number of elements of one entry of the
/// batch those without.
MaxPoolWithArgmax max_pool_with_argmax(const Output& x, const MaxPoolOptions& options);

/// What max_pool_with_argmax took, put back: zeros of `shape`, with the elements of `x` where
/// `indices`, i32 or i64 of the shape of x, count them in row-major order. Of several elements with
/// one index the last stays, and has the gradient. `shape` must be fully defined. Any dtype.
Output max_unpool(const Output& x, const Output& indices, const Shape& shape,
                  const NodeOptions& options = {});

/// Optional arguments of lp_pool, as those of max_pool.
struct LpPoolOptions {
  std::vector<std::int64_t> window;  // needed
  double p = 2;                      // from 1 on
  std::vector<std::int64_t> strides = {};
  std::vector<std::int64_t> dilations = {};
  Paddings padding = {};
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The p-norm of every window, for each channel, of shapes as max_pool: the sum of |x|^p to the
/// power of 1 / p. Padding adds nothing. At 0 the derivative is taken as 0. Floating dtypes; powers
/// are those of the dtype, which they may overflow.
Output lp_pool(const Output& x, const LpPoolOptions& options);

/// Optional arguments of average_pool, as those of max_pool.
struct AveragePoolOptions {
  std::vector<std::int64_t> window;  // needed
  std::vector<std::int64_t> strides = {};
  std::vector<std::int64_t> dilations = {};
  Paddings padding = {};
  bool count_include_padding = false;  // divide by the size of the window also at the border
  ChannelLayout layout = ChannelLayout::channels_last;
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The mean of every window, for each channel, of shapes as max_pool. Padding adds nothing and is
/// not counted, unless options say so; a dilated window that meets nothing else gives NaN. Floating
/// dtypes; f32 is accumulated in f64.
Output average_pool(const Output& x, const AveragePoolOptions& options);

}  // namespace deft
