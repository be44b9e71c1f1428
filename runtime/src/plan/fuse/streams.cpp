#include "streams.hpp"

#include <algorithm>

#include "fused/fused_kernel.hpp"

#include "plan/facts.hpp"

namespace deft {
namespace {

constexpr std::int64_t widest_row = 16;  // elements of a row of a product that is still cut
constexpr std::int64_t most_block_bytes = 1 << 18;  // that a reduction to one element takes at a
                                                    // time

std::int64_t elements(const Draft& draft, ValueId value) {
  return draft.specs[value]->shape.num_elements();
}

}  // namespace

bool may_join(const Draft& draft, std::size_t at) {
  const OpDef& op = draft.op(at);
  return draft.needed[at] && op.kernel != nullptr && op.fusion != nullptr &&
         (op.effect == Effect::none || op.effect == Effect::writes_variable) &&
         draft.outputs(at).size() == 1;
}

Streams::Streams(const Draft& draft)
    : draft_(draft), makers_(draft), streams_(draft.order.size()), cuts_(draft, find_steps()) {
  add_products();
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    Stream& stream = streams_[at];
    if (stream.is_map()) stream.rows = map_rows(at);
    if (stream.is_rename()) stream.rows = rename_rows(at);
    if (std::holds_alternative<ReductionStep>(stream.step)) set_reduction(at);
    // Of one row, only machine code makes something.
    if (stream.rows == 1 && !stream.is_map() && !stream.is_rename()) stream = {};
  }
}

/// What operations are for a group. A reduction over nothing is a renaming.
std::vector<FusedStep> Streams::find_steps() {
  std::vector<FusedStep> steps(streams_.size());
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    if (!may_join(draft_, at)) continue;
    steps[at] = fused_step(draft_, at);
    const auto* reduction = std::get_if<ReductionStep>(&steps[at]);
    if (reduction != nullptr &&
        reduction_stream(*reduction, *draft_.specs[value_read(draft_, at)], 1).over ==
            ReductionStream::Over::nothing)
      steps[at] = RenameStep{};
    streams_[at].step = steps[at];
  }
  return steps;
}

void Streams::add_products() {
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    Stream& stream = streams_[at];
    const auto* product = std::get_if<ProductStep>(&stream.step);
    if (product == nullptr) continue;
    const auto found = product_stream(*product, input_specs(draft_, at), draft_.outputs(at)[0]);
    if (!found) continue;
    stream.rows = found->rows;
    stream.tile_rows = found->tile_rows;
    stream.block_rows = std::max<std::int64_t>(1, found->tile_rows);
    stream.reduces = found->reduces;
    product_rows_.push_back(found->rows);
  }
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
  const bool has_rows = maker.rows != 0 && !maker.reduces && cuts_[draft_.first_value[at]] == 0;
  return has_rows ? maker.rows : map_rows(at);
}

void Streams::set_reduction(std::size_t at) {
  using Over = ReductionStream::Over;
  Stream& stream = streams_[at];
  const auto& reduction = std::get<ReductionStep>(stream.step);
  const ValueId input = value_read(draft_, at);
  const TensorSpec& spec = *draft_.specs[input];
  std::int64_t rows = cuts_[input];
  if (rows == 0 && !maker_of(input).reduces) rows = maker_of(input).rows;
  if (rows == 0) rows = std::max<std::int64_t>(1, elements(draft_, input));
  ReductionStream found = reduction_stream(reduction, spec, rows);
  if (found.over == Over::all && found.block_rows > 1 &&
      found.block_rows * (elements(draft_, input) / rows) *
              static_cast<std::int64_t>(size_of(spec.dtype)) >
          most_block_bytes)
    found = reduction_stream(reduction, spec, elements(draft_, input));
  const bool has_other_rows = found.over != Over::all && found.rows != rows;
  if (found.over == Over::other || has_other_rows) {
    stream = {};
    return;
  }
  stream.rows = found.rows;
  stream.block_rows = found.block_rows;
  stream.reduces = found.over != Over::each_row;
}

bool Streams::streams_input(std::size_t at, std::size_t i) const {
  const Stream& stream = streams_[at];
  if (!draft_.op(at).needs_value(i)) return false;
  if (std::holds_alternative<ProductStep>(stream.step)) return stream.reduces || i == 0;
  if (!stream.is_map()) return true;
  const TensorSpec& input = *draft_.specs[draft_.inputs_of(at)[i]];
  const TensorSpec& result = draft_.outputs(at)[0];
  return input.shape.num_elements() == result.shape.num_elements() ||
         keeps_rows(input.shape, result.shape, stream.rows);
}

bool Streams::hands_on(std::size_t at, std::size_t i) const {
  const Stream& to = streams_[at];
  const Stream& from = maker_of(draft_.inputs_of(at)[i]);
  if (to.rows == 0 || from.rows != to.rows || from.reduces || !streams_input(at, i)) return false;
  const auto* product = std::get_if<ProductStep>(&to.step);
  // A tile has its rows one after the other; a product may want them otherwise.
  return product == nullptr || to.reduces || !product->transpose_a;
}

}  // namespace deft
