#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/nn/initializers.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/random.hpp>

namespace deft {

/// Whether a layer pads its input by same_upper or same_lower, so that it gives as many windows as
/// there are elements, divided by the stride and rounded up.
enum class SamePadding : std::uint8_t { none, upper, lower };

/// Optional arguments of Conv. Lists have one entry per dimension of the window, or none.
struct ConvLayerOptions {
  std::vector<std::int64_t> strides = {};    // default: 1
  std::vector<std::int64_t> dilations = {};  // default: 1
  std::int64_t groups = 1;                   // channels in groups that do not see each other
  Paddings padding = {};                     // with zeros; default: none
  SamePadding same = SamePadding::none;      // in place of `padding`
  ChannelLayout layout = ChannelLayout::channels_last;
  DType dtype = DType::f32;
  bool use_bias = true;
  Initializer weight_initializer = glorot_uniform();  // of [window..., inputs / groups, outputs]
  Initializer bias_initializer = constant_initializer(0);
  std::string_view name = "conv";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x [n, spatial..., inputs] -> conv(x, weight) + bias [n, windows..., outputs], in 1 to 3 spatial
/// dimensions, those of the window:
///
///     Conv(random, 3, 16, {5, 5}, {.same = SamePadding::upper})
///
/// The first weights do not depend on the layout. Under a stride, same padding needs to know the
/// spatial dimensions of x.
struct Conv {
  /// Throws GraphError unless the window has 1 to 3 dimensions and `groups` divides the numbers of
  /// channels.
  Conv(const Random& random, std::int64_t inputs, std::int64_t outputs,
       const std::vector<std::int64_t>& window, const ConvLayerOptions& options = {});

  Output operator()(const Output& x, const NodeOptions& options = {}) const;

  Output weight;  // the filter of conv, "<name>/weight"
  Output bias;    // [outputs], "<name>/bias"; empty without
  std::vector<std::int64_t> window;
  ConvOptions settings;  // of conv
  SamePadding same;
};

/// Optional arguments of ConvTranspose, as those of conv_transpose.
struct ConvTransposeLayerOptions {
  std::vector<std::int64_t> strides = {};
  std::vector<std::int64_t> dilations = {};
  Paddings padding = {};
  std::vector<std::int64_t> output_padding = {};
  ChannelLayout layout = ChannelLayout::channels_last;
  DType dtype = DType::f32;
  bool use_bias = true;
  Initializer weight_initializer = glorot_uniform();  // of [window..., inputs, outputs]
  Initializer bias_initializer = constant_initializer(0);
  std::string_view name = "conv_transpose";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x [n, windows..., inputs] -> conv_transpose(x, weight) + bias [n, spatial..., outputs]: what
/// makes of one element a window of them. The weight is that of a Conv from `outputs` to `inputs`,
/// whose gradient this is.
struct ConvTranspose {
  /// Throws GraphError unless the window has 1 to 3 dimensions.
  ConvTranspose(const Random& random, std::int64_t inputs, std::int64_t outputs,
                const std::vector<std::int64_t>& window,
                const ConvTransposeLayerOptions& options = {});

  Output operator()(const Output& x, const NodeOptions& options = {}) const;

  Output weight;                  // the filter of conv_transpose, "<name>/weight"
  Output bias;                    // [outputs], "<name>/bias"; empty without
  ConvTransposeOptions settings;  // of conv_transpose
};

}  // namespace deft
