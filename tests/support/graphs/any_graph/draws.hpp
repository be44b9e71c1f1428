#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <random>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/shape.hpp>

namespace deft {

/// Random choices that depend on a seed alone.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  std::uint32_t seed() { return static_cast<std::uint32_t>(engine_() >> 32U); }
  double number() { return static_cast<double>(engine_() >> 11U) * 0x1p-52 - 1; }  // in [-1, 1)

  template <class T>
  T of(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }
  template <class T>
  const T& of(const std::vector<T>& values) {
    return values[below(values.size())];
  }

  DType floating() { return of({DType::f32, DType::f32, DType::f64}); }
  DType numeric() { return one_in(4) ? of({DType::i32, DType::i64}) : floating(); }
  DType any_dtype() { return one_in(12) ? DType::boolean : numeric(); }

  /// At most `most`, rather a small one; 0 only if `empty`.
  std::int64_t dim(std::int64_t most, bool empty = false) {
    static constexpr std::array<std::int64_t, 30> all{
        1,  1,  1,  2,  2,  2,   3,   3,   4,   5,   5,   7,   8,    15,   16,
        17, 31, 33, 64, 65, 100, 127, 128, 255, 256, 257, 520, 1000, 1024, 1025};
    if (empty && one_in(8)) return 0;
    const auto end = std::upper_bound(all.begin(), all.end(), most);
    return all[below(static_cast<std::size_t>(std::max<std::ptrdiff_t>(end - all.begin(), 1)))];
  }

  /// Of at most `most` elements.
  Shape shape(std::size_t rank, std::int64_t most, bool empty = false) {
    std::vector<std::int64_t> dims(rank, 1);
    for (const std::size_t axis : permutation(rank)) {
      dims[axis] = dim(most, empty);
      most /= std::max<std::int64_t>(dims[axis], 1);
    }
    return Shape(dims);
  }

  std::vector<std::size_t> permutation(std::size_t size) {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = size; i > 1; --i) {
      const std::size_t other = below(i);
      std::swap(order[i - 1], order[other]);
    }
    return order;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace deft
