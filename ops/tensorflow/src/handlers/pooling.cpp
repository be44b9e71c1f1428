#include <deft/ops/array.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/gradients.hpp>

#include "handlers/handlers.hpp"
#include "handlers/layout.hpp"

namespace deft::tensorflow {
namespace {

struct Windows {
  std::vector<std::int64_t> window;
  std::vector<std::int64_t> strides;
  Paddings padding;
};

Windows windows_of(const NodeContext& context, const Shape& input) {
  const std::vector<std::int64_t> window = spatial(context, "ksize");
  const std::vector<std::int64_t> strides = spatial(context, "strides");
  return {window, strides,
          padding_of(context, spatial_sizes(context, input), window, strides, {1, 1})};
}

Output max_pool_of(const NodeContext& context, const Output& x, std::string_view name) {
  const Windows windows = windows_of(context, x.shape());
  return max_pool(x, {.window = windows.window,
                      .strides = windows.strides,
                      .padding = windows.padding,
                      .layout = layout_of(context),
                      .name = name});
}

Output average_pool_of(const NodeContext& context, const Output& x, std::string_view name) {
  const Windows windows = windows_of(context, x.shape());
  return average_pool(x, {.window = windows.window,
                          .strides = windows.strides,
                          .padding = windows.padding,
                          .layout = layout_of(context),
                          .name = name});
}

std::vector<Output> max_pool_handler(const NodeContext& context) {
  return {max_pool_of(context, context.input(0), context.name())};
}

std::vector<Output> average_pool_handler(const NodeContext& context) {
  return {average_pool_of(context, context.input(0), context.name())};
}

/// operand, result, gradient of the result -> gradient of the operand
std::vector<Output> max_pool_grad_handler(const NodeContext& context) {
  const Output& x = context.input(0);
  const Output gradient_of_x = context.inside([&] {
    return gradient(max_pool_of(context, x, "pool"), x, {.grad_ys = {context.input(2)}});
  });
  return {identity(gradient_of_x, context.options())};
}

/// shape of the operand, gradient of the result -> gradient of the operand, which is the same for
/// any operand
std::vector<Output> average_pool_grad_handler(const NodeContext& context) {
  const Shape shape = context.shape(0);
  const Output& dy = context.input(1);
  const Output gradient_of_x = context.inside([&] {
    const Output x = zeros(context.graph(), dy.dtype(), shape);
    return gradient(average_pool_of(context, x, "pool"), x, {.grad_ys = {dy}});
  });
  return {identity(gradient_of_x, context.options())};
}

constexpr OpHandler handlers[] = {
    {"AvgPool", average_pool_handler},
    {"AvgPoolGrad", average_pool_grad_handler},
    {"MaxPool", max_pool_handler},
    {"MaxPoolGrad", max_pool_grad_handler},
};

}  // namespace

constinit const OpHandlers pooling_handlers = handlers;

}  // namespace deft::tensorflow
