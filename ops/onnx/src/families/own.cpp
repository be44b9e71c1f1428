#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/bits.hpp>
#include <deft/ops/builtins.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/special.hpp>

#include "domain.hpp"
#include "op_table.hpp"
#include "tensors.hpp"

// What deft exports as functions of its own domain, and takes as its own operations again.
// Attributes are those of the operation.
namespace deft::onnx {
namespace {

using Integers = std::vector<std::int64_t>;

template <Output (*function)(const Output&, const NodeOptions&)>
std::vector<Output> import_unary(const NodeContext& node) {
  return {function(node.input(0), {})};
}

template <Output (*function)(const Operand&, const Operand&, const NodeOptions&)>
std::vector<Output> import_binary(const NodeContext& node) {
  return {function(node.input(0), node.input(1), {})};
}

template <Output (*function)(const Output&, const Output&, const NodeOptions&)>
std::vector<Output> import_like(const NodeContext& node) {
  return {function(node.input(0), node.input(1), {})};
}

std::vector<Output> import_split_like(const NodeContext& node) {
  std::vector<Output> likes = node.inputs();
  likes.erase(likes.begin());
  return split_like(node.input(0), likes, node.integer("axis"));
}

Integers list(const NodeContext& node, const char* name) { return node.integers(name, Integers()); }

std::vector<Output> import_range_like(const NodeContext& node) {
  return {range_like(node.input(0), node.integer("axis"))};
}

std::vector<Output> import_pad(const NodeContext& node) {
  const Integers before = list(node, "before"), after = list(node, "after");
  if (before.size() != after.size()) node.refuse("its paddings differ in number");
  Paddings paddings;
  for (std::size_t i = 0; i < before.size(); ++i) paddings.emplace_back(before[i], after[i]);
  const std::string name = node.text("mode");
  if (name != "symmetric" && name != "wrap") node.refuse("deft does not know its mode");
  const PadMode mode = name == "wrap" ? PadMode::wrap : PadMode::symmetric;
  return {pad(node.input(0), paddings, {.mode = mode})};
}

std::vector<Output> import_roll(const NodeContext& node) {
  return {roll(node.input(0), node.integer("shift"), node.integer("axis"))};
}

std::vector<Output> import_unslice(const NodeContext& node) {
  const Output like = node.input(1);
  const Integers axes = list(node, "axes"), begin = list(node, "begin");
  const Integers end = list(node, "end"), step = list(node, "step");
  if (begin.size() != axes.size() || end.size() != axes.size() || step.size() != axes.size())
    node.refuse("its axes, begin, end and step differ in number");
  std::vector<Slice> slices(like.shape().rank());
  for (std::size_t i = 0; i < axes.size(); ++i)
    slices[static_cast<std::size_t>(node.checked_axis(axes[i], slices.size()))] = {
        .begin = begin[i], .end = end[i], .step = step[i]};
  return {unslice(node.input(0), like, slices)};
}

std::vector<Output> import_scatter_add(const NodeContext& node) {
  return {scatter_add(node.input(0), node.input(1), node.input(2), {.axis = node.integer("axis")})};
}

std::vector<Output> import_take_along_axis(const NodeContext& node) {
  return {take_along_axis(node.input(0), node.input(1), node.integer("axis"))};
}

std::vector<Output> import_add_along_axis(const NodeContext& node) {
  return {add_along_axis(node.input(0), node.input(1), node.input(2), node.integer("axis"))};
}

/// A number that is an integer, or a tensor of f64.
Scalar scalar(const NodeContext& node, std::string_view name) {
  for (const auto& [own_name, attribute] : node.attributes())
    if (own_name == name && attribute->type == AttributeProto::Type::i) return attribute->i;
  return node.tensor(name).item<double>();
}

std::vector<Output> import_one_hot(const NodeContext& node) {
  const std::optional<DType> dtype =
      dtype_of(ElementType{static_cast<std::int32_t>(node.integer("dtype"))});
  if (!dtype) node.refuse("its dtype is none that deft has");
  return {
      one_hot(node.input(0), node.integer("depth"),
              {.dtype = *dtype,
               .on = scalar(node, "on"),
               .off = scalar(node, "off"),
               .axis = node.integer("axis"),
               .out_of_range = node.flag("strict", true) ? OutOfRange::error : OutOfRange::zeros})};
}

std::vector<Output> import_argsort(const NodeContext& node) {
  return {argsort(node.input(0),
                  {.axis = node.integer("axis"), .descending = node.flag("descending", false)})};
}

std::vector<Output> import_moments(const NodeContext& node) {
  ReduceOptions options{.keep_dims = node.flag("keep_dims", false)};
  if (node.has("axes")) options.axes = Axes(node.integers("axes"));
  const auto [mean, variance] = moments(node.input(0), options);
  return {mean, variance};
}

std::vector<Output> import_cumprod(const NodeContext& node) {
  return {cumprod(
      node.input(0), node.integer("axis"),
      {.exclusive = node.flag("exclusive", false), .reverse = node.flag("reverse", false)})};
}

std::vector<Output> import_matmul(const NodeContext& node) {
  return {matmul(node.input(0), node.input(1),
                 {.transpose_a = node.flag("transpose_a", false),
                  .transpose_b = node.flag("transpose_b", false)})};
}

std::vector<Output> import_slogdet(const NodeContext& node) {
  const auto [sign, log] = slogdet(node.input(0));
  return {sign, log};
}

/// An operation without a public builder.
const OpDef& builtin(std::string_view name) {
  for (const OpDef* op : builtin_ops())
    if (op->name == name) return *op;
  throw InternalError("there is no operation " + std::string(name));
}

std::vector<Output> import_prod_of_others(const NodeContext& node) {
  return {
      add_node(builtin("prod_of_others"), {node.input(0)}, {{"axis", node.integer("axis")}}, {})};
}

bool channels_first(const NodeContext& node) { return node.flag("channels_first", false); }

std::vector<Output> import_conv(const NodeContext& node) {
  return {add_node(builtin("conv"), {node.input(0), node.input(1)},
                   {{"strides", list(node, "strides")},
                    {"dilations", list(node, "dilations")},
                    {"groups", node.integer("groups")},
                    {"padding", list(node, "padding")},
                    {"channels_first", channels_first(node)}},
                   {})};
}

/// With a third input, which has the shape of the result, there is no output_padding.
std::vector<Output> import_conv_transpose(const NodeContext& node) {
  return {add_node(builtin("conv_transpose"), node.inputs(),
                   {{"strides", list(node, "strides")},
                    {"dilations", list(node, "dilations")},
                    {"groups", node.integer("groups")},
                    {"padding", list(node, "padding")},
                    {"output_padding", list(node, "output_padding")},
                    {"channels_first", channels_first(node)}},
                   {})};
}

/// Of x, the gradient and the filter.
std::vector<Output> import_conv_filter_gradient(const NodeContext& node) {
  return {add_node(builtin("conv_filter_gradient"), {node.input(0), node.input(1), node.input(2)},
                   {{"strides", list(node, "strides")},
                    {"dilations", list(node, "dilations")},
                    {"groups", node.integer("groups")},
                    {"padding", list(node, "padding")},
                    {"channels_first", channels_first(node)}},
                   {})};
}

std::vector<Output> import_average_pool_scatter(const NodeContext& node) {
  return {add_node(builtin("average_pool_scatter"), {node.input(0), node.input(1)},
                   {{"window", list(node, "window")},
                    {"strides", list(node, "strides")},
                    {"dilations", list(node, "dilations")},
                    {"padding", list(node, "padding")},
                    {"count_include_padding", node.flag("count_include_padding", false)},
                    {"channels_first", channels_first(node)}},
                   {})};
}

/// The elements of input 1 from where, or to where, those of input 0 are the largest.
std::vector<Output> add_beside_max_pool(const NodeContext& node, std::string_view name) {
  return {add_node(builtin(name), {node.input(0), node.input(1)},
                   {{"window", list(node, "window")},
                    {"strides", list(node, "strides")},
                    {"dilations", list(node, "dilations")},
                    {"padding", list(node, "padding")},
                    {"channels_first", channels_first(node)}},
                   {})};
}

std::vector<Output> import_max_pool_gather(const NodeContext& node) {
  return add_beside_max_pool(node, "max_pool_gather");
}

std::vector<Output> import_max_pool_scatter(const NodeContext& node) {
  return add_beside_max_pool(node, "max_pool_scatter");
}

/// An operation of deft's domain.
constexpr OpImport own(std::string_view name, Import import) {
  return {name, import, own_version, own_domain};
}

constexpr std::array own_list{
    own("expm1", import_unary<expm1>),
    own("log1p", import_unary<log1p>),
    own("rsqrt", import_unary<rsqrt>),
    own("erfc", import_unary<erfc>),
    own("trunc", import_unary<trunc>),
    own("atan2", import_binary<atan2>),
    own("floor_div", import_binary<floor_div>),
    own("floor_mod", import_binary<floor_mod>),
    own("bitwise_and", import_binary<bitwise_and>),
    own("bitwise_or", import_binary<bitwise_or>),
    own("bitwise_xor", import_binary<bitwise_xor>),
    own("bitwise_not", import_unary<bitwise_not>),
    own("left_shift", import_binary<left_shift>),
    own("right_shift", import_binary<right_shift>),
    own("reshape_like", import_like<reshape_like>),
    own("sum_like", import_like<sum_like>),
    own("range_like", import_range_like),
    own("split_like", import_split_like),
    own("pad", import_pad),
    own("roll", import_roll),
    own("unslice", import_unslice),
    own("diag", import_unary<diag>),
    own("diag_like", import_like<diag_like>),
    own("diag_part", import_unary<diag_part>),
    own("scatter_add", import_scatter_add),
    own("take_along_axis", import_take_along_axis),
    own("add_along_axis", import_add_along_axis),
    own("one_hot", import_one_hot),
    own("argsort", import_argsort),
    own("moments", import_moments),
    own("cumprod", import_cumprod),
    own("prod_of_others", import_prod_of_others),
    own("matmul", import_matmul),
    own("slogdet", import_slogdet),
    own("conv", import_conv),
    own("conv_transpose", import_conv_transpose),
    own("conv_filter_gradient", import_conv_filter_gradient),
    own("average_pool_scatter", import_average_pool_scatter),
    own("max_pool_gather", import_max_pool_gather),
    own("max_pool_scatter", import_max_pool_scatter),
};

}  // namespace

std::span<const OpImport> own_ops() { return own_list; }

}  // namespace deft::onnx
