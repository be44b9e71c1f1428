#include "elementwise.hpp"

#include <algorithm>
#include <vector>

#include "functions.hpp"
#include "kernels/blocks.hpp"
#include "kernels/movement/broadcast_reader.hpp"
#include "kernels/movement/walk.hpp"

namespace deft {
namespace {

constexpr std::int64_t tile_elements = 512;
constexpr std::int64_t short_row = 16;  // elements; below it a call per row costs more than a copy

/// How many elements of a function of `flops` flops each make a block.
std::int64_t block_size(double flops) { return flops > 4 ? block_elements / 4 : block_elements; }

/// Runs a row function over broadcasting operands. Three ways, chosen by shape: everything is one
/// row; long rows are taken in place; short ones go through a tile in which broadcast operands have
/// been written out.
class Elementwise {
 public:
  Elementwise(const KernelContext& context, RowFunction function, std::int64_t block)
      : function_(function), block_(block), output_size_(size_of(context.outputs[0].dtype)) {
    const Shape& output = context.outputs[0].shape;
    std::array<Strides, Walk::max_operands> strides{};
    const std::size_t operands = context.inputs.size();
    for (std::size_t i = 0; i < operands; ++i) {
      strides[i] = broadcast_strides(context.inputs[i].shape, output);
      sizes_[i] = size_of(context.inputs[i].dtype);
    }
    walk_ = Walk(output, std::span(strides.data(), operands));
    if (in_tiles())
      for (std::size_t i = 0; i < operands; ++i) alone_.emplace_back(strides[i], output, sizes_[i]);
    count_ = output.num_elements();
  }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t first = begin * block_;
    const std::int64_t last = std::min(end * block_, count_);
    if (walk_.rank == 1)
      run_row(args, first, last - first);
    else if (in_tiles())
      run_tiles(args, first, last);
    else
      run_rows(args, first, last);
  }

 private:
  bool in_tiles() const { return walk_.rank > 1 && walk_.row_length() < short_row; }

  void* output_at(const KernelArgs& args, std::int64_t element) const {
    return args.output<std::byte>() + static_cast<std::size_t>(element) * output_size_;
  }

  const void* input_at(const KernelArgs& args, std::size_t i, std::int64_t element) const {
    return args.input<std::byte>(i) + static_cast<std::size_t>(element) * sizes_[i];
  }

  void run_row(const KernelArgs& args, std::int64_t first, std::int64_t count) const {
    Row row;
    for (std::size_t i = 0; i < walk_.operands; ++i) {
      const std::int64_t stride = walk_.row_stride(i);
      row.inputs[i] = input_at(args, i, first * stride);
      row.repeated |= (stride == 0 ? 1U : 0U) << i;
    }
    row.output = output_at(args, first);
    row.count = static_cast<std::size_t>(count);
    function_(row);
  }

  void run_rows(const KernelArgs& args, std::int64_t first, std::int64_t last) const {
    Row row;
    for (std::size_t i = 0; i < walk_.operands; ++i)
      row.repeated |= (walk_.row_stride(i) == 0 ? 1U : 0U) << i;
    for_each_run(walk_, first, last - first,
                 [&](const RowCursor& at, std::int64_t within, std::int64_t count) {
                   for (std::size_t i = 0; i < walk_.operands; ++i)
                     row.inputs[i] = input_at(args, i, at.offset(i) + within * walk_.row_stride(i));
                   row.output = output_at(args, first);
                   row.count = static_cast<std::size_t>(count);
                   function_(row);
                   first += count;
                 });
  }

  void run_tiles(const KernelArgs& args, std::int64_t first, std::int64_t last) const {
    alignas(64) std::byte tiles[Walk::max_operands][tile_elements * sizeof(double)];
    for (; first < last; first += tile_elements) {
      const std::int64_t count = std::min(tile_elements, last - first);
      Row row;
      for (std::size_t i = 0; i < walk_.operands; ++i) {
        const BroadcastReader& reader = alone_[i];
        if (reader.in_order()) {
          row.inputs[i] = input_at(args, i, first * reader.stride());
          row.repeated |= (reader.stride() == 0 ? 1U : 0U) << i;
        } else {
          reader.write_out(args.inputs[i], first, count, tiles[i]);
          row.inputs[i] = tiles[i];
        }
      }
      row.output = output_at(args, first);
      row.count = static_cast<std::size_t>(count);
      function_(row);
    }
  }

  RowFunction function_;
  std::int64_t block_;
  std::int64_t count_ = 0;
  std::size_t output_size_;
  std::array<std::size_t, Walk::max_operands> sizes_{};
  Walk walk_;                           // of all operands
  std::vector<BroadcastReader> alone_;  // a reader of each operand, for tiles
};

/// Kernel::in_place: the operands of the output's dtype and shape, of which every element is read
/// before it is overwritten.
unsigned in_place_inputs(const KernelContext& context) {
  unsigned inputs = 0;
  for (std::size_t i = 0; i < context.inputs.size(); ++i)
    inputs |= (context.inputs[i] == context.outputs[0] ? 1U : 0U) << i;
  return inputs;
}

/// A function of `flops` flops and at least `nanoseconds` an element.
Kernel rows_kernel(const KernelContext& context, RowKernel function, double flops,
                   double nanoseconds = 0) {
  const std::int64_t count = context.outputs[0].shape.num_elements();
  if (count == 0) return {};
  Kernel kernel;
  if (count == 1 && function.single != nullptr) {
    kernel.run = function.single;
    kernel.flops = flops;
  } else {
    const std::int64_t block = block_size(flops);
    kernel = make_blocked_kernel(Elementwise(context, function.row, block), ceil_div(count, block),
                                 0, flops * static_cast<double>(count));
  }
  kernel.nanoseconds = nanoseconds * static_cast<double>(count);
  kernel.in_place = in_place_inputs(context);
  return kernel;
}

}  // namespace

Kernel element_kernel(const ElementFunction& function, const KernelContext& context) {
  const DType dtype = context.inputs.back().dtype;
  return rows_kernel(context, function.rows(dtype, context.outputs[0].dtype), function.facts.flops,
                     function.nanoseconds(dtype));
}

Kernel broadcast_kernel(const KernelContext& context) {
  KernelContext alone = context;
  alone.inputs = context.inputs.first(1);
  return rows_kernel(alone, copy_row(context.outputs[0].dtype), 0);
}

}  // namespace deft
