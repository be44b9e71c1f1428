#include "sort.hpp"

#include <algorithm>

#include "entries.hpp"
#include "kernels/axis_view.hpp"
#include "kernels/blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

/// A line of the input, and what is sorted of it.
template <class T, class Entry>
struct Line {
  const T* elements;
  std::int64_t size;
  std::int64_t stride;
  bool descending;

  Entry entry(std::int64_t i) const {
    const auto key = order_key(elements[i * stride]);
    return {descending ? ~key : key, i};
  }

  /// All entries, sorted: in `room`, which has two for each element from `digits_pay` on.
  const Entry* sorted(const KernelArgs& args, Entry* room) const {
    in_pieces(args, size, piece_elements, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) room[i] = entry(i);
    });
    return sort_entries(args, room, size, room + size);
  }

  /// The first `count` entries, sorted: in `room`. What comes first is kept in a heap with the last
  /// of it on top.
  const Entry* first(const KernelArgs& args, std::int64_t count, Entry* room) const {
    for (std::int64_t i = 0; i < count; ++i) room[i] = entry(i);
    std::make_heap(room, room + count);
    in_pieces(args, size - count, piece_elements, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const Entry next = entry(count + i);
        if (!(next < *room)) continue;
        std::pop_heap(room, room + count);
        room[count - 1] = next;
        std::push_heap(room, room + count);
      }
    });
    std::sort_heap(room, room + count);
    return room;
  }
};

/// What sorting a line needs room for.
std::int64_t sorting_room(std::int64_t size) { return size < digits_pay ? size : 2 * size; }

std::int64_t lines_per_block(const AxisView& x) { return per_block(x.size); }

template <class T, class Entry>
struct Argsort {
  AxisView x;
  bool descending;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    auto* room = reinterpret_cast<Entry*>(args.thread_scratch);
    const std::int64_t last = std::min(end * lines_per_block(x), x.lines());
    for (std::int64_t line = begin * lines_per_block(x); line < last; ++line) {
      const Line<T, Entry> from{args.input<T>(0) + x.begin(line), x.size, x.inner, descending};
      const Entry* entries = from.sorted(args, room);
      std::int64_t* to = args.output<std::int64_t>() + x.begin(line);
      for (std::int64_t i = 0; i < x.size; ++i) to[i * x.inner] = entries[i].index();
    }
  }

  std::int64_t room() const { return sorting_room(x.size); }
};

template <class T, class Entry>
struct TopElements {
  AxisView x;
  AxisView top;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    auto* room = reinterpret_cast<Entry*>(args.thread_scratch);
    const std::int64_t last = std::min(end * lines_per_block(x), x.lines());
    for (std::int64_t line = begin * lines_per_block(x); line < last; ++line) {
      const Line<T, Entry> from{args.input<T>(0) + x.begin(line), x.size, x.inner, true};
      const Entry* entries = few() ? from.first(args, top.size, room) : from.sorted(args, room);
      if (args.interrupted()) return;
      T* values = args.output<T>(0) + top.begin(line);
      std::int64_t* indices = args.output<std::int64_t>(1) + top.begin(line);
      for (std::int64_t i = 0; i < top.size; ++i) {
        indices[i * top.inner] = entries[i].index();
        values[i * top.inner] = from.elements[entries[i].index() * x.inner];
      }
    }
  }

  /// Whether a heap of what is wanted is less work than sorting all.
  bool few() const { return top.size <= x.size / 8; }

  std::int64_t room() const { return few() ? top.size : sorting_room(x.size); }
};

/// The kernel of a body over the lines of x, for the dtype and the length of its lines.
template <template <class, class> class Body, class Rest>
Kernel prepare(DType dtype, const AxisView& x, const Rest& rest) {
  const auto make = [&](const auto& body, std::size_t entry_bytes) {
    const double steps = static_cast<double>(std::bit_width(static_cast<std::uint64_t>(x.size)));
    Kernel kernel =
        make_blocked_kernel(body, ceil_div(x.lines(), lines_per_block(x)), 0,
                            static_cast<double>(x.lines()) * static_cast<double>(x.size) * steps);
    kernel.thread_scratch_bytes = static_cast<std::size_t>(body.room()) * entry_bytes;
    return kernel;
  };
  return visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (sizeof(T) <= 4)
      if (x.size <= NarrowEntry::most)
        return make(Body<T, NarrowEntry>{x, rest}, sizeof(NarrowEntry));
    return make(Body<T, WideEntry>{x, rest}, sizeof(WideEntry));
  });
}

}  // namespace

Kernel argsort_kernel(std::size_t axis, bool descending, const KernelContext& context) {
  const TensorSpec& x = context.inputs[0];
  if (x.shape.num_elements() == 0) return {};
  return prepare<Argsort>(x.dtype, AxisView(x.shape, axis), descending);
}

Kernel top_k_kernel(std::size_t axis, const KernelContext& context) {
  const TensorSpec& x = context.inputs[0];
  const Shape& top = context.outputs[0].shape;
  if (top.num_elements() == 0) return {};
  return prepare<TopElements>(x.dtype, AxisView(x.shape, axis), AxisView(top, axis));
}

}  // namespace deft
