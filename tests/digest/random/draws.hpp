#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <random>
#include <vector>

#include <deft/deft.hpp>

namespace deft::digest {

/// Random choices that depend on a seed alone. Nothing of deft and no distribution of the standard
/// library takes part, so that every tree of deft is given the same graphs. Since C++ leaves the
/// order of arguments open, a statement draws at most once.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  double number() { return static_cast<double>(engine_() >> 11U) * 0x1p-52 - 1; }  // in [-1, 1)

  template <class T>
  T of(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }
  template <class T>
  const T& of(const std::vector<T>& values) {
    return values[below(values.size())];
  }

  std::vector<std::size_t> permutation(std::size_t size) {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t left = size; left > 1; --left) std::swap(order[left - 1], order[below(left)]);
    return order;
  }

  /// Of at most `most`, rather a small one; 0 only if `empty`.
  std::int64_t dim(std::int64_t most, bool empty) {
    static const std::vector<std::int64_t> sizes{
        1,  1,  2,  2,  3,  4,   5,   7,   8,   9,   15,  16,  17,   24,   31,   32,
        33, 63, 64, 65, 96, 100, 127, 128, 129, 200, 256, 300, 1000, 1024, 1025, 2500};
    if (empty && one_in(8)) return 0;
    const auto end = std::upper_bound(sizes.begin(), sizes.end(), most);
    return sizes[below(static_cast<std::size_t>(std::max<std::ptrdiff_t>(end - sizes.begin(), 1)))];
  }

  /// Of at most `most` elements, in any of which the axes one after the other have a share.
  Shape shape(std::size_t rank, std::int64_t most, bool empty) {
    std::vector<std::int64_t> dims(rank, 1);
    for (const std::size_t axis : permutation(rank)) {
      dims[axis] = dim(most, empty);
      most /= std::max<std::int64_t>(dims[axis], 1);
    }
    return Shape(dims);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace deft::digest
