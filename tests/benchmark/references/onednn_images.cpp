#include "onednn_images.hpp"

#include <dnnl.hpp>

#include "onednn.hpp"
#include "onednn_call.hpp"

namespace deft::benchmark {
namespace {

using dnnl::memory;

memory::desc images(const Tensor& t) {
  const Shape& shape = t.shape();
  return {
      {shape[0], shape[3], shape[1], shape[2]}, memory::data_type::f32, memory::format_tag::nhwc};
}

memory::desc filter_as(const Tensor& t, memory::format_tag order) {
  const Shape& shape = t.shape();
  return {{shape[3], shape[2], shape[0], shape[1]}, memory::data_type::f32, order};
}

}  // namespace

struct OnednnConvolution::Impl : OnednnEngine {
  memory x, filter, y;  // the filter in oneDNN's order
  memory users_filter;
  OnednnCall call;

  /// `forward` is what it is the gradient of, if it is one.
  template <class Primitive, class... Forward>
  auto described(const memory::desc& any, const Forward&... forward) const {
    using Description = typename Primitive::primitive_desc;
    constexpr auto direct = dnnl::algorithm::convolution_direct;
    const memory::dims ones{1, 1};
#if DNNL_VERSION_MAJOR >= 3
    if constexpr (sizeof...(forward) == 0)
      return Description(engine, dnnl::prop_kind::forward_training, direct, x.get_desc(), any,
                         y.get_desc(), ones, ones, ones);
    else
      return Description(engine, direct, x.get_desc(), any, y.get_desc(), ones, ones, ones,
                         forward...);
#else
    if constexpr (sizeof...(forward) == 0)
      return Description({dnnl::prop_kind::forward_training, direct, x.get_desc(), any,
                          y.get_desc(), ones, ones, ones},
                         engine);
    else
      return Description({direct, x.get_desc(), any, y.get_desc(), ones, ones, ones}, engine,
                         forward...);
#endif
  }

  Impl(Wanted wanted, Tensor& users_x, Tensor& users, Tensor& users_y)
      : x(over(images(users_x), users_x)),
        y(over(images(users_y), users_y)),
        users_filter(over(filter_as(users, memory::format_tag::hwio), users)) {
    const memory::desc any = filter_as(users, memory::format_tag::any);
    const auto forward = described<dnnl::convolution_forward>(any);
    if (wanted == Wanted::x) {
      const auto made = described<dnnl::convolution_backward_data>(any, forward);
      filter = memory(made.weights_desc(), engine);
      call = {dnnl::convolution_backward_data(made),
              {{DNNL_ARG_DIFF_SRC, x.get()},
               {DNNL_ARG_WEIGHTS, filter.get()},
               {DNNL_ARG_DIFF_DST, y.get()}}};
    } else if (wanted == Wanted::filter) {
      const auto made = described<dnnl::convolution_backward_weights>(any, forward);
      filter = memory(made.diff_weights_desc(), engine);
      call = {dnnl::convolution_backward_weights(made),
              {{DNNL_ARG_SRC, x.get()},
               {DNNL_ARG_DIFF_WEIGHTS, filter.get()},
               {DNNL_ARG_DIFF_DST, y.get()}}};
    } else {
      filter = memory(forward.weights_desc(), engine);
      call = {dnnl::convolution_forward(forward),
              {{DNNL_ARG_SRC, x.get()}, {DNNL_ARG_WEIGHTS, filter.get()}, {DNNL_ARG_DST, y.get()}}};
    }
  }
};

OnednnConvolution::OnednnConvolution(Wanted wanted, Tensor& x, Tensor& filter, Tensor& y) {
  set_onednn_threads(1);  // some implementations keep the number that there is when they are made
  impl_ = std::make_unique<Impl>(wanted, x, filter, y);
}
OnednnConvolution::~OnednnConvolution() = default;

void OnednnConvolution::run() const { impl_->call.run(impl_->stream); }

void OnednnConvolution::take_filter() const {
  dnnl::reorder(impl_->users_filter, impl_->filter)
      .execute(impl_->stream, impl_->users_filter, impl_->filter);
}

void OnednnConvolution::give_filter() const {
  dnnl::reorder(impl_->filter, impl_->users_filter)
      .execute(impl_->stream, impl_->filter, impl_->users_filter);
}

struct OnednnMaxPool::Impl : OnednnEngine {
  memory x, y, dx, dy, where;  // where: the largest was
  OnednnCall forward, backward;

  Impl(Tensor& users_x, Tensor& users_y, Tensor& users_dx, const Tensor& users_dy)
      : x(over(images(users_x), users_x)),
        y(over(images(users_y), users_y)),
        dx(over(images(users_dx), users_dx)),
        dy(over(images(users_dy), users_dy)) {
    using Forward = dnnl::pooling_forward;
    using Backward = dnnl::pooling_backward;
    constexpr auto largest = dnnl::algorithm::pooling_max;
    constexpr auto training = dnnl::prop_kind::forward_training;
    const memory::dims window{2, 2};
    const memory::dims none{0, 0};
#if DNNL_VERSION_MAJOR >= 3
    const Forward::primitive_desc made(engine, training, largest, x.get_desc(), y.get_desc(),
                                       window, window, none, none, none);
    const Backward::primitive_desc back(engine, largest, dx.get_desc(), dy.get_desc(), window,
                                        window, none, none, none, made);
#else
    const Forward::primitive_desc made(
        {training, largest, x.get_desc(), y.get_desc(), window, window, none, none}, engine);
    const Backward::primitive_desc back(
        {largest, dx.get_desc(), dy.get_desc(), window, window, none, none}, engine, made);
#endif
    where = memory(made.workspace_desc(), engine);
    forward = {
        Forward(made),
        {{DNNL_ARG_SRC, x.get()}, {DNNL_ARG_DST, y.get()}, {DNNL_ARG_WORKSPACE, where.get()}}};
    backward = {Backward(back),
                {{DNNL_ARG_DIFF_SRC, dx.get()},
                 {DNNL_ARG_DIFF_DST, dy.get()},
                 {DNNL_ARG_WORKSPACE, where.get()}}};
  }
};

OnednnMaxPool::OnednnMaxPool(Tensor& x, Tensor& y, Tensor& x_gradient, const Tensor& y_gradient) {
  set_onednn_threads(1);
  impl_ = std::make_unique<Impl>(x, y, x_gradient, y_gradient);
}
OnednnMaxPool::~OnednnMaxPool() = default;

void OnednnMaxPool::run() const { impl_->forward.run(impl_->stream); }
void OnednnMaxPool::run_gradient() const { impl_->backward.run(impl_->stream); }

}  // namespace deft::benchmark
