#include "onednn_convolution.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/blocks.hpp"
#include "kernels/environment/single_thread.hpp"
#include "kernels/onednn/executable.hpp"

namespace deft {
namespace {

using dnnl::memory;
using Dims = memory::dims;

/// `dims`, followed by a number of each spatial dimension that is used. 1-D convolutions are 2-D
/// ones to oneDNN.
template <std::int64_t WindowAxis::*number>
Dims with_spatial(Dims dims, const ConvolutionShape& shape) {
  for (std::size_t i = shape.spatial_rank == 3 ? 0 : 1; i < 3; ++i)
    dims.push_back(shape.axes[i].*number);
  return dims;
}

/// Completes the strides of row-major spatial dimensions, from dimension `first` on, neighbours of
/// the last of which are `innermost` elements apart.
memory::desc described(const Dims& dims, Dims strides, std::size_t first, std::int64_t innermost) {
  strides.resize(dims.size());
  for (std::size_t i = dims.size(); i-- > first; innermost *= dims[i]) strides[i] = innermost;
  return {dims, memory::data_type::f32, strides};
}

/// `images` of x or y. Single channels are last and first.
template <std::int64_t WindowAxis::*size>
memory::desc images_of(const ConvolutionShape& shape, std::int64_t images, std::int64_t channels,
                       bool channels_first) {
  const bool planes = channels_first && channels != 1;
  const std::int64_t plane = volume<size>(shape.axes);
  return described(with_spatial<size>({images, channels}, shape),
                   {plane * channels, planes ? plane : 1}, 2, planes ? 1 : channels);
}

Dims filter_dims(const ConvolutionShape& shape) {
  return with_spatial<&WindowAxis::window>(
      shape.groups == 1 ? Dims{shape.out, shape.in}
                        : Dims{shape.groups, shape.group_out(), shape.group_in()},
      shape);
}

/// w as it lies in memory.
memory::desc filter_of(const ConvolutionShape& shape) {
  const std::int64_t in = shape.group_in();
  const std::int64_t out = shape.channels_first ? in * shape.taps() : 1;
  Dims strides{out, shape.channels_first ? shape.taps() : shape.out};
  if (shape.groups != 1) strides.insert(strides.begin(), out * shape.group_out());
  const std::size_t first = strides.size();
  return described(filter_dims(shape), std::move(strides), first,
                   shape.channels_first ? 1 : in * shape.out);
}

/// What oneDNN is asked for. x and y have their channels last, which is as fast as oneDNN's own
/// orders of them or faster when bringing them there is counted, and much faster than channels
/// first. The filter is in whatever order oneDNN likes.
struct Request {
  memory::desc x, w, y;
  Dims strides, dilations, before, after;

  Request(const ConvolutionShape& shape, std::int64_t images)
      : x(images_of<&WindowAxis::input>(shape, images, shape.in, false)),
        w(filter_dims(shape), memory::data_type::f32, memory::format_tag::any),
        y(images_of<&WindowAxis::output>(shape, images, shape.out, false)),
        strides(with_spatial<&WindowAxis::stride>({}, shape)),
        dilations(with_spatial<&WindowAxis::dilation>({}, shape)),
        before(with_spatial<&WindowAxis::before>({}, shape)),
        after(with_spatial<&WindowAxis::after>({}, shape)) {
    for (std::int64_t& dilation : dilations) --dilation;
  }
};

/// Where a gradient is wanted, `forward` describes what it is the gradient of.
template <class Primitive, class... Forward>
auto describe(const dnnl::engine& engine, const Request& r, const Forward&... forward) {
  using Description = typename Primitive::primitive_desc;
  constexpr auto direct = dnnl::algorithm::convolution_direct;
  constexpr auto training = dnnl::prop_kind::forward_training;
  const dnnl::primitive_attr attributes = callers_scratchpad();
#if DNNL_VERSION_MAJOR >= 3
  if constexpr (sizeof...(forward) == 0)
    return Description(engine, training, direct, r.x, r.w, r.y, r.strides, r.dilations, r.before,
                       r.after, attributes);
  else
    return Description(engine, direct, r.x, r.w, r.y, r.strides, r.dilations, r.before, r.after,
                       forward..., attributes);
#else
  if constexpr (sizeof...(forward) == 0)
    return Description({training, direct, r.x, r.w, r.y, r.strides, r.dilations, r.before, r.after},
                       attributes, engine);
  else
    return Description({direct, r.x, r.w, r.y, r.strides, r.dilations, r.before, r.after},
                       attributes, engine, forward...);
#endif
}

/// Whether a primitive may write behind its scratchpad. In oneDNN 2.6.3 the gradient of the filter
/// by windows of one element with strides does (jit_1x1:avx2, 3 channels, strides {1, 2}): it
/// gathers pixels there in whole vectors of channels, and counts the channels alone.
template <class Description>
bool overruns(const Description& found, const ConvolutionShape& shape) {
  const auto fits = [](std::int64_t channels) { return channels % 16 == 0; };
  const bool strided =
      std::ranges::any_of(shape.axes, [](const WindowAxis& axis) { return axis.stride != 1; });
  return std::string_view(found.impl_info_str()).starts_with("jit_1x1") && strided &&
         !(fits(shape.group_in()) && fits(shape.group_out()));
}

/// The first choice of oneDNN that keeps to its memory.
template <class Description>
Description sound(Description found, const ConvolutionShape& shape) {
  while (overruns(found, shape) && found.next_impl()) {
  }
  return found;
}

/// A primitive, and the memory that it wants: operands in the order x, w, y.
struct Chosen {
  dnnl::primitive primitive;
  std::array<memory::desc, 3> operands;
  std::array<int, 3> names;
  memory::desc scratchpad;
  bool multiplies;  // by a matrix product
};

template <class Description>
Chosen chosen(dnnl::primitive primitive, const Description& description,
              const std::array<memory::desc, 3>& operands, const std::array<int, 3>& names) {
  const std::string_view implementation = description.impl_info_str();
  return {std::move(primitive), operands, names, description.scratchpad_desc(),
          implementation.find("gemm") != std::string_view::npos};
}

Chosen choose(Convolved wanted, const ConvolutionShape& shape, std::int64_t images,
              const dnnl::engine& engine) {
  using Forward = dnnl::convolution_forward;
  using OfInput = dnnl::convolution_backward_data;
  using OfFilter = dnnl::convolution_backward_weights;
  const Request request(shape, images);
  const auto forward = sound(describe<Forward>(engine, request), shape);
  if (wanted == Convolved::x) {
    const auto found = sound(describe<OfInput>(engine, request, forward), shape);
    return chosen(OfInput(found), found,
                  {found.diff_src_desc(), found.weights_desc(), found.diff_dst_desc()},
                  {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST});
  }
  if (wanted == Convolved::w) {
    const auto found = sound(describe<OfFilter>(engine, request, forward), shape);
    return chosen(OfFilter(found), found,
                  {found.src_desc(), found.diff_weights_desc(), found.diff_dst_desc()},
                  {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST});
  }
  return chosen(Forward(forward), forward,
                {forward.src_desc(), forward.weights_desc(), forward.dst_desc()},
                {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST});
}

/// The convolution of so many images: operands that oneDNN wants in another order are copied into
/// private memory before, or from there afterwards.
class Piece {
 public:
  Piece(Convolved wanted, const ConvolutionShape& shape, std::int64_t images, int threads)
      : written_(wanted == Convolved::x   ? 0
                 : wanted == Convolved::w ? 1
                                          : 2) {
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    const Chosen made = choose(wanted, shape, images, engine);
    const std::array<memory::desc, 3> users = {
        images_of<&WindowAxis::input>(shape, images, shape.in, shape.channels_first),
        filter_of(shape),
        images_of<&WindowAxis::output>(shape, images, shape.out, shape.channels_first)};
    std::vector<OnednnExecutable::Argument> arguments;
    for (std::size_t i = 0; i < 3; ++i) {
      arguments.push_back({made.names[i], made.operands[i]});
      if (made.operands[i] == users[i]) continue;
      add_copy(i, users[i], made.operands[i], engine, threads);
    }
    arguments.push_back({DNNL_ARG_SCRATCHPAD, made.scratchpad});
    convolution_.emplace(engine, made.primitive, std::move(arguments), threads);
    scratchpad_ = private_bytes_;
    private_bytes_ += std::max(scratchpad_bytes_, convolution_->scratchpad_bytes());
    multiplies_ = made.multiplies;
  }

  std::size_t private_bytes() const { return private_bytes_; }
  bool multiplies() const { return multiplies_; }

  void run(const ConvolutionArgs& args) const {
    const std::array<void*, 3> users = {args.x, args.w, args.y};
    std::array<void*, 3> operands = users;
    std::byte* const scratchpad = args.private_ + scratchpad_;
    for (std::size_t i = 0; i < 3; ++i)
      if (copies_[i]) {
        operands[i] = args.private_ + offsets_[i];
        if (i != written_)
          copies_[i]->run(std::array<const void*, 3>{users[i], operands[i], scratchpad});
      }
    convolution_->run(
        std::array<const void*, 4>{operands[0], operands[1], operands[2], scratchpad});
    if (copies_[written_])
      copies_[written_]->run(
          std::array<const void*, 3>{operands[written_], users[written_], scratchpad});
  }

 private:
  void add_copy(std::size_t i, const memory::desc& user, const memory::desc& wanted,
                const dnnl::engine& engine, int threads) {
    const memory::desc& from = i == written_ ? wanted : user;
    const memory::desc& to = i == written_ ? user : wanted;
    const dnnl::reorder::primitive_desc description(engine, from, engine, to, callers_scratchpad());
    std::vector<OnednnExecutable::Argument> arguments = {
        {DNNL_ARG_FROM, from},
        {DNNL_ARG_TO, to},
        {DNNL_ARG_SCRATCHPAD, description.scratchpad_desc()}};
    copies_[i].emplace(engine, dnnl::reorder(description), std::move(arguments), threads);
    scratchpad_bytes_ = std::max(scratchpad_bytes_, copies_[i]->scratchpad_bytes());
    offsets_[i] = private_bytes_;
    private_bytes_ += whole_lines(wanted.get_size());
  }

  std::size_t written_;  // of x, w, y
  std::optional<OnednnExecutable> convolution_;
  std::array<std::optional<OnednnExecutable>, 3> copies_;
  std::array<std::size_t, 3> offsets_{};  // of the copies in private memory
  std::size_t scratchpad_ = 0;            // where it begins there, one after the other for all
  std::size_t scratchpad_bytes_ = 0;      // that the copies need
  std::size_t private_bytes_ = 0;
  bool multiplies_ = false;
};

class OnednnConvolution final : public Convolution {
 public:
  OnednnConvolution(Convolved wanted, const ConvolutionShape& shape, const RowCut& cut, int threads)
      : per_block_(cut.size(0)), whole_(wanted, shape, per_block_, threads) {
    const std::int64_t rest = cut.size(cut.parts() - 1);
    if (rest != per_block_) rest_.emplace(wanted, shape, rest, threads);
    private_bytes = std::max(whole_.private_bytes(), rest_ ? rest_->private_bytes() : 0);
    moves_stack = whole_.multiplies() || (rest_ && rest_->multiplies());
  }

  void run(const ConvolutionArgs& args, std::int64_t images) const override {
    const SingleThread guard;
    (images == per_block_ ? whole_ : *rest_).run(args);
  }

 private:
  std::int64_t per_block_;
  Piece whole_;
  std::optional<Piece> rest_;  // the images of the last block, if they are fewer
};

}  // namespace

std::unique_ptr<const Convolution> onednn_convolution(Convolved wanted,
                                                      const ConvolutionShape& shape,
                                                      const RowCut& cut, int threads) {
  const SingleThread guard;
  return with_onednn(
      [&] { return std::make_unique<OnednnConvolution>(wanted, shape, cut, threads); });
}

}  // namespace deft
