#include <ostream>
#include <span>
#include <string>
#include <vector>

#include <deft/core/tensor.hpp>
#include <deft/core/visit_dtype.hpp>

#include "format_elements.hpp"

// Tensors are written as NumPy's print(array) writes arrays, with NumPy's default options.

namespace deft {
namespace {

constexpr std::size_t line_width = 75;
constexpr std::int64_t threshold = 1000;  // more elements than this are summarised ...
constexpr std::int64_t edge_items = 3;    // ... to so many at each end of every dimension

/// The dimensions of a tensor, and what of them is shown.
struct Window {
  std::span<const std::int64_t> dims;
  bool summarised = false;

  bool is_cut(std::size_t axis) const { return summarised && dims[axis] > 2 * edge_items; }
  std::int64_t shown(std::size_t axis) const { return is_cut(axis) ? 2 * edge_items : dims[axis]; }

  /// The index of the i-th shown element along `axis`.
  std::int64_t index(std::size_t axis, std::int64_t i) const {
    return is_cut(axis) && i >= edge_items ? dims[axis] - 2 * edge_items + i : i;
  }
};

/// Appends the positions of the shown elements below `axis`, where `base` counts the rows before.
void list_shown(const Window& window, std::size_t axis, std::int64_t base,
                std::vector<std::int64_t>& positions) {
  if (axis == window.dims.size()) {
    positions.push_back(base);
    return;
  }
  for (std::int64_t i = 0; i < window.shown(axis); ++i) {
    list_shown(window, axis + 1, base * window.dims[axis] + window.index(axis, i), positions);
  }
}

/// The shown elements, in order, as a tensor of rank 1.
Tensor shown_elements(const Tensor& tensor, const Window& window) {
  std::vector<std::int64_t> positions;
  list_shown(window, 0, 0, positions);
  Tensor result =
      Tensor::uninitialized(tensor.dtype(), {static_cast<std::int64_t>(positions.size())});
  visit_dtype(tensor.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<const T> all = tensor.data<T>();
    const std::span<T> shown = result.mutable_data<T>();
    for (std::size_t i = 0; i < shown.size(); ++i) {
      shown[i] = all[static_cast<std::size_t>(positions[i])];
    }
  });
  return result;
}

/// Sets words into brackets and lines.
class Layout {
 public:
  Layout(const Window& window, std::span<const std::string> words)
      : window_(window), next_(words.begin()) {}

  /// The text of the elements below `axis`, whose bracket opens in column `axis`.
  std::string brackets(std::size_t axis) {
    return axis + 1 == window_.dims.size() ? row(axis) : stack(axis);
  }

 private:
  /// The innermost dimension, broken into lines.
  std::string row(std::size_t axis) {
    // Every enclosing bracket may close on this line.
    const std::size_t width = line_width - window_.dims.size();
    const std::string indent(axis + 1, ' ');
    std::string lines;
    std::string line = indent;
    const auto append = [&](const std::string& word) {
      if (line.size() + word.size() > width && line.size() > indent.size()) {
        lines += line.erase(line.find_last_not_of(' ') + 1) + '\n';
        line = indent;
      }
      line += word;
    };
    for (std::int64_t i = 0; i < window_.shown(axis); ++i) {
      if (i > 0) line += ' ';
      if (i == edge_items && window_.is_cut(axis)) {
        append("...");
        line += ' ';
      }
      append(*next_++);
    }
    lines += line;
    return '[' + lines.substr(indent.size()) + ']';
  }

  /// The text of an outer dimension: between its elements, a line end per dimension below `axis`.
  std::string stack(std::size_t axis) {
    const std::string separator =
        std::string(window_.dims.size() - axis - 1, '\n') + std::string(axis + 1, ' ');
    std::string text = "[";
    for (std::int64_t i = 0; i < window_.shown(axis); ++i) {
      if (i > 0) text += separator;
      if (i == edge_items && window_.is_cut(axis)) text += "..." + separator;
      text += brackets(axis + 1);
    }
    return text + ']';
  }

  const Window& window_;
  std::span<const std::string>::iterator next_;
};

}  // namespace

std::string Tensor::to_string() const {
  if (num_elements_ == 0) return "[]";
  if (shape().rank() == 0) return format_scalar(*this);
  const Window window{shape().dims(), num_elements_ > threshold};
  const std::vector<std::string> words = format_elements(shown_elements(*this, window));
  return Layout(window, words).brackets(0);
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << tensor.to_string();
}

}  // namespace deft
