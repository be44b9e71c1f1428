#include "convolution.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <deft/core/visit_dtype.hpp>

#include "kernels/blocks.hpp"
#include "kernels/environment/blocked_signals.hpp"
#include "onednn_convolution.hpp"
#include "tiled_convolution.hpp"

namespace deft {
namespace {

/// Where a batch, whose rows are images, is cut into blocks: of 2 million flops or more, in which
/// the order that oneDNN wants of a filter is made in no time, and 8 or 32 equal ones if there are
/// that many: the gradients of a filter that blocks make are added at the end, on one thread.
RowCut cut_batch(Convolved wanted, const ConvolutionShape& shape) {
  constexpr double least_flops = 2e6;
  const std::int64_t most_blocks = wanted == Convolved::w ? 8 : 32;
  const auto enough =
      static_cast<std::int64_t>(std::min(least_flops / (shape.flops() + 1), 1e9)) + 1;
  const std::int64_t blocks =
      std::min(most_blocks, std::max<std::int64_t>(1, shape.batch / enough));
  return {shape.batch, ceil_div(shape.batch, blocks)};
}

bool is_empty(const ConvolutionShape& shape) {
  return shape.batch == 0 || shape.x_image() == 0 || shape.y_image() == 0 || shape.w_size() == 0;
}

/// The same convolution with the dimensions of a single element before the others, as those that
/// are not used: a kernel goes along the last one.
ConvolutionShape with_singles_first(ConvolutionShape shape) {
  std::stable_partition(shape.axes.begin(), shape.axes.end(), [](const WindowAxis& axis) {
    return axis.input == 1 && axis.window == 1 && axis.output == 1 && axis.before == 0;
  });
  return shape;
}

/// Blocks of images: of y or x each makes its rows; of w each makes a part of the sum.
class BatchedConvolution {
 public:
  BatchedConvolution(std::unique_ptr<const Convolution> convolution, Convolved wanted,
                     const ConvolutionShape& shape, const RowCut& cut)
      : convolution_(std::move(convolution)),
        wanted_(wanted),
        dtype_(shape.dtype),
        cut_(cut),
        x_bytes_(shape.x_image() * width()),
        y_bytes_(shape.y_image() * width()),
        w_size_(shape.w_size()),
        part_bytes_(whole_lines(static_cast<std::size_t>(w_size_ * width()))) {}

  bool adds_parts() const { return wanted_ == Convolved::w && cut_.parts() > 1; }
  std::size_t scratch_bytes() const {
    return adds_parts() ? static_cast<std::size_t>(cut_.parts()) * part_bytes_ : 0;
  }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    std::optional<BlockedSignals> guard;
    if (convolution_->moves_stack) guard.emplace(BlockedSignals::Extent::all);
    for (std::int64_t block = begin; block < end; ++block)
      convolution_->run(operands(args, block), cut_.size(block));
  }

  /// Adds the parts in order.
  void finish(const KernelArgs& args) const {
    visit_floating(dtype_, [&]<class T>(std::type_identity<T>) {
      auto* const sum = args.output<T>();
      for (std::int64_t i = 0; i < w_size_; ++i) {
        double total = 0;
        for (std::int64_t block = 0; block < cut_.parts(); ++block)
          total += static_cast<double>(reinterpret_cast<const T*>(part(args, block))[i]);
        sum[i] = static_cast<T>(total);
      }
    });
  }

 private:
  std::int64_t width() const { return static_cast<std::int64_t>(size_of(dtype_)); }

  std::byte* part(const KernelArgs& args, std::int64_t block) const {
    return args.scratch + static_cast<std::size_t>(block) * part_bytes_;
  }

  ConvolutionArgs operands(const KernelArgs& args, std::int64_t block) const {
    const auto read = [&](std::size_t i) {
      return const_cast<std::byte*>(args.input<std::byte>(i));
    };
    auto* const written = args.output<std::byte>();
    ConvolutionArgs found;
    found.x = (wanted_ == Convolved::x ? written : read(0)) + cut_.begin(block) * x_bytes_;
    found.y = (wanted_ == Convolved::y ? written : read(wanted_ == Convolved::x ? 0 : 1)) +
              cut_.begin(block) * y_bytes_;
    found.w = wanted_ != Convolved::w ? read(1) : adds_parts() ? part(args, block) : written;
    found.private_ = args.thread_scratch;
    return found;
  }

  std::shared_ptr<const Convolution> convolution_;
  Convolved wanted_;
  DType dtype_;
  RowCut cut_;
  std::int64_t x_bytes_;  // of an image
  std::int64_t y_bytes_;
  std::int64_t w_size_;
  std::size_t part_bytes_;
};

}  // namespace

Kernel convolution_kernel(Convolved wanted, const ConvolutionShape& given, int threads) {
  const ConvolutionShape shape = with_singles_first(given);
  if (is_empty(shape)) {
    const std::int64_t elements = wanted == Convolved::w   ? shape.w_size()
                                  : wanted == Convolved::x ? shape.batch * shape.x_image()
                                                           : shape.batch * shape.y_image();
    const std::size_t bytes = static_cast<std::size_t>(elements) * size_of(shape.dtype);
    return make_kernel(
        [bytes](const KernelArgs& args) { std::memset(args.output<std::byte>(), 0, bytes); }, 0);
  }
  const RowCut cut = cut_batch(wanted, shape);
  std::unique_ptr<const Convolution> convolution =
      shape.dtype == DType::f32 ? onednn_convolution(wanted, shape, cut, threads)
                                : tiled_convolution(wanted, shape);
  const std::size_t private_bytes = convolution->private_bytes;
  BatchedConvolution body(std::move(convolution), wanted, shape, cut);
  const bool adds_parts = body.adds_parts();
  const std::size_t scratch_bytes = body.scratch_bytes();
  Kernel kernel = make_blocked_kernel(std::move(body), cut.parts(), scratch_bytes,
                                      shape.flops() * static_cast<double>(shape.batch));
  kernel.thread_scratch_bytes = private_bytes;
  if (!adds_parts) kernel.finish = nullptr;
  if (wanted != Convolved::w) {
    kernel.rows_per_block = cut.per_part;
    kernel.reads_rows_of = 0;
  }
  return kernel;
}

}  // namespace deft
