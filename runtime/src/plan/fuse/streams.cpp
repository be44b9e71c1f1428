#include "streams.hpp"

#include <algorithm>

#include <deft/core/element_function.hpp>
#include <deft/core/visit_dtype.hpp>

#include "fused/fused_kernel.hpp"
#include "kernels/elementwise/functions.hpp"

#include "plan/facts.hpp"

namespace deft {
namespace {

constexpr std::int64_t widest_row = 16;  // elements of a row of a product that is still cut
constexpr std::int64_t most_block_bytes = 1 << 18;  // that a reduction to one element takes at once

/// A function that may fail has to do so at its own node.
bool can_stream(const MapForm& form, std::span<const TensorSpec> operands) {
  return form.function != nullptr && !form.function->may_fail(operands.back().dtype);
}

bool reads_a_value(const Draft& draft, std::size_t at) {
  const std::size_t inputs = draft.inputs_of(at).size();
  for (std::size_t i = 0; i < inputs; ++i)
    if (draft.op(at).needs_value(i)) return true;
  return false;
}

Stream as_stream(const RowStream& found) { return {found.step.form, found.step, found.rows}; }

/// A reduction of one element to each is a renaming. The rows of a reduction to one element are
/// those of what it reads.
Stream reduction_stream(const Draft& draft, std::size_t at, const ReductionForm& form) {
  const TensorSpec& input = *draft.specs[value_read(draft, at)];
  const std::int64_t made = draft.outputs(at)[0].shape.num_elements();
  if (made != 0 && input.shape.num_elements() == made) return {.form = RenameForm{}};
  const std::optional<RowStream> found = row_stream(form, input, 1);
  return found ? as_stream(*found) : Stream{};
}

/// What an operation is for a group, so far as it is known without the others; but for a product
/// and a reduction not yet over how many rows it goes.
Stream stream_of(const Draft& draft, std::size_t at) {
  if (!may_join(draft, at)) return {};
  const std::vector<TensorSpec> inputs = input_specs(draft, at);
  const TensorSpec& result = draft.outputs(at)[0];
  const Form form = form_at(draft, at, inputs);
  if (const auto* map = std::get_if<MapForm>(&form))
    return can_stream(*map, inputs) ? Stream{form, {form}} : Stream{};
  if (const auto* fold = std::get_if<FoldForm>(&form))
    return can_stream(fold->f, inputs) ? Stream{form, {fold->f}} : Stream{};
  if (std::holds_alternative<RepeatForm>(form))
    return reads_a_value(draft, at) ? Stream{form, {MapForm{&elements::copy}}} : Stream{};
  if (const auto* reduction = std::get_if<ReductionForm>(&form))
    return reduction_stream(draft, at, *reduction);
  if (const auto* product = std::get_if<ProductForm>(&form)) {
    const std::optional<RowStream> found = row_stream(*product, inputs, result);
    if (found) return as_stream(*found);
    return makes_rows(*product, inputs, result) ? Stream{form} : Stream{};
  }
  return {.form = form};
}

std::vector<Stream> streams_of(const Draft& draft) {
  std::vector<Stream> streams(draft.order.size());
  for (std::size_t at = 0; at < streams.size(); ++at) streams[at] = stream_of(draft, at);
  return streams;
}

}  // namespace

bool may_join(const Draft& draft, std::size_t at) {
  const OpDef& op = draft.op(at);
  return draft.needed[at] && op.kernel != nullptr && op.form != nullptr &&
         (op.effect == Effect::none || op.effect == Effect::writes_variable) &&
         draft.outputs(at).size() == 1;
}

Streams::Streams(const Draft& draft)
    : draft_(draft), makers_(draft), streams_(streams_of(draft)), cuts_(draft, streams_) {
  find_product_rows();
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    Stream& stream = streams_[at];
    if (stream.is_map()) stream.rows = map_rows(at);
    if (stream.is_rename()) stream.rows = rename_rows(at);
    if (std::holds_alternative<ReductionForm>(stream.form)) find_reduction_rows(at);
    // Of one row, only machine code makes something.
    if (stream.rows == 1 && !stream.is_map() && !stream.is_rename()) stream = {};
  }
}

void Streams::find_product_rows() {
  for (const Stream& stream : streams_)
    if (stream.is_product() && stream.rows != 0) product_rows_.push_back(stream.rows);
  std::ranges::sort(product_rows_);
}

/// The rows of an elementwise operation: those of a reduction, or of a product if its result could
/// be cut like that; else each element is one.
std::int64_t Streams::map_rows(std::size_t at) const {
  if (const std::int64_t cut = cuts_[draft_.first_value[at]]; cut != 0) return cut;
  const Shape& shape = draft_.outputs(at)[0].shape;
  const std::int64_t count = shape.num_elements();
  if (shape.rank() < 2 || count == 0) return count;
  const std::int64_t rows = shape.dims()[0];
  const bool cut = count / rows <= widest_row && std::ranges::binary_search(product_rows_, rows);
  return cut ? rows : count;
}

/// Those of what is renamed, where these are known.
std::int64_t Streams::rename_rows(std::size_t at) const {
  const Stream& maker = maker_of(value_read(draft_, at));
  const bool has_rows = maker.rows != 0 && !maker.reduces() && cuts_[draft_.first_value[at]] == 0;
  return has_rows ? maker.rows : map_rows(at);
}

/// A reduction to one element takes the rows of what it reads, or each element as one if a block of
/// such rows would be too large. Any other is over the rows that its shape asks for, or nothing.
void Streams::find_reduction_rows(std::size_t at) {
  Stream& stream = streams_[at];
  const ValueId input = value_read(draft_, at);
  const TensorSpec& spec = *draft_.specs[input];
  const std::int64_t count = std::max<std::int64_t>(1, spec.shape.num_elements());
  std::int64_t rows = cuts_[input];
  if (rows == 0 && !maker_of(input).reduces()) rows = maker_of(input).rows;
  if (rows == 0) rows = count;
  if (stream.step.kind != StepKind::reduction) {
    if (stream.rows != rows) stream = {};
    return;
  }
  const auto form = std::get<ReductionForm>(stream.form);
  if (sums_zeros(at)) {
    stream = {form, {form, StepKind::zero_sum}, rows};
    return;
  }
  std::optional<RowStream> found = row_stream(form, spec, rows);
  const std::int64_t row_bytes = count / rows * static_cast<std::int64_t>(size_of(spec.dtype));
  if (found->step.block_rows > 1 && found->step.block_rows * row_bytes > most_block_bytes)
    found = row_stream(form, spec, count);
  stream = as_stream(*found);
}

/// Whether a reduction to one element is a sum, or the mean, of x * 0: so minimize asks whether all
/// elements of a gradient are finite.
bool Streams::sums_zeros(std::size_t at) const {
  const Reduction reduce = std::get<ReductionForm>(streams_[at].form).reduce;
  const std::uint32_t maker = makers_[value_read(draft_, at)];
  const auto* map = std::get_if<MapForm>(&streams_[maker].form);
  if ((reduce != Reduction::sum && reduce != Reduction::mean) || map == nullptr ||
      map->function == nullptr || map->function->facts.algebra != Algebra::product ||
      !is_floating(draft_.outputs(maker)[0].dtype))
    return false;
  return std::ranges::any_of(draft_.inputs_of(maker), [&](ValueId input) {
    const Tensor* const value = constant_at(draft_, makers_[input]);
    return value != nullptr && value->num_elements() == 1 &&
           visit_floating(value->dtype(), [&]<class T>(std::type_identity<T>) {
             return value->data<T>()[0] == T{0};
           });
  });
}

bool Streams::streams_input(std::size_t at, std::size_t i) const {
  const Stream& stream = streams_[at];
  if (!draft_.op(at).needs_value(i)) return false;
  if (stream.is_product()) return stream.reduces() || i == 0;
  if (!stream.is_map()) return true;
  const TensorSpec& input = *draft_.specs[draft_.inputs_of(at)[i]];
  const TensorSpec& result = draft_.outputs(at)[0];
  return input.shape.num_elements() == result.shape.num_elements() ||
         keeps_rows(input.shape, result.shape, stream.rows);
}

bool Streams::hands_on(std::size_t at, std::size_t i) const {
  const Stream& to = streams_[at];
  const Stream& from = maker_of(draft_.inputs_of(at)[i]);
  if (to.rows == 0 || from.rows != to.rows || from.reduces() || !streams_input(at, i)) return false;
  const auto* product = std::get_if<ProductForm>(&to.form);
  // A tile has its rows one after the other; a product may want them otherwise.
  return product == nullptr || to.reduces() || !product->transpose_a;
}

}  // namespace deft
