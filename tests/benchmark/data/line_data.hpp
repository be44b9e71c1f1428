#pragma once

#include <cstdint>

#include <deft/deft.hpp>

#include "native/line.hpp"

namespace deft::benchmark {

/// The article's data: 3 + 2x + noise for x from 0 to 2 (see examples/regression). T is float or
/// double.
template <class T>
class LineData {
 public:
  explicit LineData(std::int64_t rows);

  Tensor X() const;  // [rows, 2]: ones and x side by side
  Tensor d() const;  // [rows, 1]
  LineColumns<T> columns() const;

 private:
  std::int64_t rows_;
  Tensor ones_;
  Tensor x_;
  Tensor d_;
};

extern template class LineData<float>;
extern template class LineData<double>;

}  // namespace deft::benchmark
