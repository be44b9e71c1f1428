#include "arrangement.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "row_blocks.hpp"
#include "walk.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {

std::int64_t AxisMap::source(std::int64_t at) const {
  const std::int64_t k = at - offset;
  switch (rule) {
    case Rule::place:
      if (step == 1) return k >= 0 && k < in ? k : -1;
      return k % step == 0 && k / step >= 0 && k / step < in ? k / step : -1;
    case Rule::edge:
      return std::clamp<std::int64_t>(k, 0, in - 1);
    case Rule::reflect:
      return k < 0 ? -k : k < in ? k : 2 * (in - 1) - k;
    case Rule::symmetric:
      return k < 0 ? -1 - k : k < in ? k : 2 * in - 1 - k;
    case Rule::wrap:
      return (k % in + in) % in;
  }
  return -1;
}

namespace {

/// A map of an axis, and how many elements of the input lie between its positions.
struct Axis {
  AxisMap map;
  std::int64_t stride = 0;
};

/// The axes of an arrangement without those of one position, in which neighbours that stay as they
/// are have become one axis; at least one remains.
std::vector<Axis> merged(std::span<const AxisMap> maps) {
  std::vector<Axis> axes;
  std::int64_t stride = 1;
  for (std::size_t i = maps.size(); i-- > 0; stride *= maps[i].in) {
    const AxisMap& map = maps[i];
    if (map.is_identity() && !axes.empty() && (map.in == 1 || axes.back().map.is_identity())) {
      axes.back().map.in *= map.in;
      axes.back().map.out *= map.out;
    } else {
      axes.push_back({map, stride});
    }
  }
  std::ranges::reverse(axes);
  return axes;
}

/// A row of the output: an index into its axes before the last.
class SourceCursor {
 public:
  SourceCursor(std::span<const Axis> axes, std::int64_t row) : axes_(axes) {
    for (std::size_t i = axes.size(); i-- > 0; row /= axes[i].map.out)
      place(i, row % axes[i].map.out);
  }

  /// Where the row begins in the input; -1: nothing of the input stands in it.
  std::int64_t offset() const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (sources_[i] < 0) return -1;
      sum += sources_[i];
    }
    return sum;
  }

  void advance() {
    for (std::size_t i = axes_.size(); i-- > 0;) {
      const bool carries = index_[i] + 1 == axes_[i].map.out;
      place(i, carries ? 0 : index_[i] + 1);
      if (!carries) return;
    }
  }

 private:
  void place(std::size_t i, std::int64_t at) {
    const std::int64_t source = axes_[i].map.source(at);
    index_[i] = at;
    sources_[i] = source < 0 ? -1 : source * axes_[i].stride;
  }

  std::span<const Axis> axes_;
  std::array<std::int64_t, Shape::max_rank> index_{};
  std::array<std::int64_t, Shape::max_rank> sources_{};
};

/// Writes positions [begin, end) of the last axis that is mapped, each of `inner` elements, to
/// `to`, where the input's positions lie at `from`.
template <class T>
class RowWriter {
 public:
  RowWriter(const AxisMap& map, std::int64_t inner, T value)
      : map_(map), inner_(inner), value_(value) {}

  std::int64_t inner() const { return inner_; }

  void fill(std::int64_t positions, T* to) const { std::fill_n(to, positions * inner_, value_); }

  /// Whether it is faster to fill whole rows first, and then to `put`.
  bool fills_first() const {
    constexpr std::int64_t few = 64;
    return map_.rule == AxisMap::Rule::place && (map_.step != 1 || map_.out * inner_ <= few);
  }

  void write(const T* from, std::int64_t begin, std::int64_t end, T* to) const {
    if (map_.rule == AxisMap::Rule::wrap) return wrap(from, begin, end, to);
    outside(from, begin, std::clamp(map_.offset, begin, end), to);
    const std::int64_t last = std::clamp(map_.offset + map_.in, begin, end);
    outside(from, last, end, to + (last - begin) * inner_);
    put(from, 0, begin, end, to, 0, 1);
  }

  /// Writes the input's positions, which may be apart from each other and in reverse, of some rows.
  void put(const T* from, std::int64_t from_pitch, std::int64_t begin, std::int64_t end, T* to,
           std::int64_t to_pitch, std::int64_t rows) const {
    if (map_.step != 1) {
      for (std::int64_t r = 0; r < rows; ++r)
        scatter(from + r * from_pitch, begin, end, to + r * to_pitch);
      return;
    }
    const std::int64_t first = std::clamp(map_.offset, begin, end);
    const std::int64_t last = std::clamp(map_.offset + map_.in, begin, end);
    if (first < last)
      copy_rows(from + (first - map_.offset) * inner_, from_pitch, to + (first - begin) * inner_,
                to_pitch, rows, (last - first) * inner_);
  }

 private:
  /// What stands before or behind the input's positions: of a mirror, its positions in reverse.
  void outside(const T* from, std::int64_t begin, std::int64_t end, T* to) const {
    if (map_.rule == AxisMap::Rule::place) return fill(end - begin, to);
    if (begin == end) return;
    const std::int64_t pitch = map_.rule == AxisMap::Rule::edge ? 0 : -inner_;
    copy_rows(from + map_.source(begin) * inner_, pitch, to, inner_, end - begin, inner_);
  }

  /// One period, and then again and again all that has been written, twice as much each time.
  void wrap(const T* from, std::int64_t begin, std::int64_t end, T* to) const {
    const std::int64_t count = (end - begin) * inner_;
    const std::int64_t period = std::min(map_.in * inner_, count);
    const std::int64_t first = map_.source(begin) * inner_;
    const std::int64_t whole = std::min(map_.in * inner_ - first, period);
    copy_run(from + first, whole, to);
    copy_run(from, period - whole, to + whole);
    for (std::int64_t done = period; done < count;) {
      const std::int64_t n = std::min(done, count - done);
      copy_run(to, n, to + done);
      done += n;
    }
  }

  void scatter(const T* from, std::int64_t begin, std::int64_t end, T* to) const {
    const bool reversed = map_.step < 0;
    const std::int64_t step = reversed ? -map_.step : map_.step;
    const std::int64_t lowest = reversed ? map_.offset - (map_.in - 1) * step : map_.offset;
    const std::int64_t first = begin <= lowest ? 0 : ceil_div(begin - lowest, step);
    const std::int64_t last = end <= lowest ? 0 : std::min(map_.in, ceil_div(end - lowest, step));
    if (first >= last) return;
    to += (lowest + first * step - begin) * inner_;
    from += (reversed ? map_.in - 1 - first : first) * inner_;
    copy_rows(from, reversed ? -inner_ : inner_, to, step * inner_, last - first, inner_);
  }

  AxisMap map_;
  std::int64_t inner_;
  T value_;
};

template <class T>
struct Arrangement {
  std::vector<Axis> outer;
  Axis lines;  // the last axis before that of the writer
  RowWriter<T> writer;
  RowBlocks blocks;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t b = begin; b < end; ++b) run_block(args, blocks.block(b));
  }

 private:
  void run_block(const KernelArgs& args, const RowBlocks::Block& block) const {
    const std::int64_t begin = block.begin / writer.inner();
    const std::int64_t end = block.end / writer.inner();
    T* to = args.output<T>() + block.row * blocks.length() + block.begin;
    const bool filled = writer.fills_first();
    if (filled) writer.fill(block.rows * (end - begin), to);
    SourceCursor cursor(outer, block.row / lines.map.out);
    std::int64_t line = block.row % lines.map.out;
    for (std::int64_t left = block.rows; left > 0; line = 0, cursor.advance()) {
      const std::int64_t n = std::min(lines.map.out - line, left);
      const std::int64_t source = cursor.offset();
      const T* from = source < 0 ? nullptr : args.input<T>(0) + source;
      if (!filled)
        write_lines(from, line, n, begin, end, to);
      else if (from != nullptr)
        put_lines(from, line, n, begin, end, to);
      to += n * blocks.length();
      left -= n;
    }
  }

  void write_lines(const T* from, std::int64_t line, std::int64_t count, std::int64_t begin,
                   std::int64_t end, T* to) const {
    for (std::int64_t i = 0; i < count; ++i, to += blocks.length()) {
      const std::int64_t source = from == nullptr ? -1 : lines.map.source(line + i);
      if (source < 0)
        writer.fill(end - begin, to);
      else
        writer.write(from + source * lines.stride, begin, end, to);
    }
  }

  /// Lines that follow each other in the input do so in the output, but for steps.
  void put_lines(const T* from, std::int64_t line, std::int64_t count, std::int64_t begin,
                 std::int64_t end, T* to) const {
    const AxisMap& map = lines.map;
    if (map.rule == AxisMap::Rule::place && map.step == 1) {
      const std::int64_t first = std::clamp(map.offset, line, line + count);
      const std::int64_t last = std::clamp(map.offset + map.in, line, line + count);
      if (first < last)
        writer.put(from + (first - map.offset) * lines.stride, lines.stride, begin, end,
                   to + (first - line) * blocks.length(), blocks.length(), last - first);
      return;
    }
    for (std::int64_t i = 0; i < count; ++i)
      if (const std::int64_t source = map.source(line + i); source >= 0)
        writer.put(from + source * lines.stride, 0, begin, end, to + i * blocks.length(), 0, 1);
  }
};

}  // namespace

Kernel arrangement_kernel(std::span<const AxisMap> maps, const Tensor& value,
                          const KernelContext& context) {
  const std::int64_t count = context.outputs[0].shape.num_elements();
  if (std::ranges::all_of(maps, &AxisMap::is_identity)) return Kernel::forward();
  if (count == 0) return {};
  std::vector<Axis> axes = merged(maps);
  std::int64_t inner = 1;
  if (axes.back().map.is_identity() && axes.back().map.in < block_elements) {
    inner = axes.back().map.in;
    axes.pop_back();
  }
  const AxisMap row = axes.back().map;
  axes.pop_back();
  Axis lines{};
  if (!axes.empty()) {
    lines = axes.back();
    axes.pop_back();
  }
  const std::int64_t length = row.out * inner;
  return visit_width(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    const RowWriter<T> writer(row, inner, *static_cast<const T*>(value.raw()));
    const RowBlocks blocks(count / length, length, inner);
    return make_blocked_kernel(Arrangement<T>{axes, lines, writer, blocks}, blocks.blocks(), 0, 0);
  });
}

}  // namespace deft
