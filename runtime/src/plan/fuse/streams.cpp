#include "streams.hpp"

#include <algorithm>

#include "fused/fused_kernel.hpp"

#include "plan/facts.hpp"

namespace deft {
namespace {

constexpr std::int64_t widest_row = 16;  // elements of a row that is still cut into rows

std::int64_t elements(const Draft& draft, ValueId value) {
  return draft.specs[value]->shape.num_elements();
}

}  // namespace

Streams::Streams(const Draft& draft) : draft_(draft), makers_(draft) {
  streams_.resize(draft.order.size());
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    if (!may_replace(draft, at) || draft.op(at).fusion == nullptr || draft.outputs(at).size() != 1)
      continue;
    const std::vector<TensorSpec> inputs = input_specs(draft, at);
    Stream& stream = streams_[at];
    stream.step = fused_step(draft, at, inputs);
    if (const auto* product = std::get_if<ProductStep>(&stream.step))
      if (const auto found = product_stream(*product, inputs, draft.outputs(at)[0])) {
        stream.rows = found->rows;
        stream.tile_rows = found->tile_rows;
        stream.reduces = found->reduces;
        product_rows_.push_back(found->rows);
      }
  }
  std::ranges::sort(product_rows_);
  for (std::size_t at = 0; at < streams_.size(); ++at) {
    Stream& stream = streams_[at];
    if (std::holds_alternative<MapStep>(stream.step)) stream.rows = map_rows(at);
    if (std::holds_alternative<ReductionStep>(stream.step)) {
      const ValueId input = draft.inputs_of(at)[0];
      const std::int64_t rows = streams_[makers_[input]].rows;
      stream.reduces = true;
      stream.rows = rows != 0 && !streams_[makers_[input]].reduces ? rows : elements(draft, input);
    }
    // Of one row, only machine code makes something.
    if (stream.rows == 1 && !std::holds_alternative<MapStep>(stream.step)) stream = {};
  }
}

/// The rows of an elementwise operation: those of a product, if its result could be cut like that;
/// else each element is one.
std::int64_t Streams::map_rows(std::size_t at) const {
  const Shape& shape = draft_.outputs(at)[0].shape;
  const std::int64_t count = shape.num_elements();
  if (shape.rank() < 2 || count == 0) return count;
  const std::int64_t rows = shape.dims()[0];
  const bool cut = count / rows <= widest_row && std::ranges::binary_search(product_rows_, rows);
  return cut ? rows : count;
}

bool Streams::streams_input(std::size_t at, std::size_t i) const {
  const Stream& stream = streams_[at];
  const ValueId input = draft_.inputs_of(at)[i];
  if (std::holds_alternative<ProductStep>(stream.step)) return stream.reduces || i == 0;
  if (std::holds_alternative<ReductionStep>(stream.step)) return true;
  return elements(draft_, input) == elements(draft_, draft_.first_value[at]);
}

bool Streams::hands_on(std::size_t at, std::size_t i) const {
  const Stream& to = streams_[at];
  const Stream& from = streams_[makers_[draft_.inputs_of(at)[i]]];
  if (to.rows == 0 || from.rows != to.rows || from.reduces || !streams_input(at, i)) return false;
  const auto* product = std::get_if<ProductStep>(&to.step);
  // A tile has its rows one after the other; a product may want them otherwise.
  return product == nullptr || to.reduces || !product->transpose_a;
}

}  // namespace deft
