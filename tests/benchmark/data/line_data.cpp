#include "line_data.hpp"

#include <vector>

#include "data.hpp"

namespace deft::benchmark {
namespace {

/// A column of zeros, as LineColumns wants it.
template <class T>
Tensor column(std::int64_t rows) {
  constexpr std::int64_t whole = 64 / sizeof(T);
  return Tensor::zeros(dtype_of<T>(), {(rows + whole - 1) / whole * whole});
}

}  // namespace

template <class T>
LineData<T>::LineData(std::int64_t rows)
    : rows_(rows), ones_(column<T>(rows)), x_(column<T>(rows)), d_(column<T>(rows)) {
  const std::vector<float> noise = random_tensor({rows}, 444).data<float>();
  const auto ones = ones_.mutable_data<T>();
  const auto x = x_.mutable_data<T>();
  const auto d = d_.mutable_data<T>();
  const T step = T(2) / static_cast<T>(rows - 1);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    ones[i] = 1;
    x[i] = static_cast<T>(i) * step;
    d[i] = 3 + 2 * x[i] + T(0.3) * static_cast<T>(noise[i]);
  }
}

template <class T>
Tensor LineData<T>::X() const {
  Tensor X = Tensor::uninitialized(dtype_of<T>(), {rows_, 2});
  const auto elements = X.mutable_data<T>();
  for (std::size_t i = 0; i < elements.size(); ++i)
    elements[i] = (i % 2 == 0 ? ones_ : x_).template data<T>()[i / 2];
  return X;
}

template <class T>
Tensor LineData<T>::d() const {
  return Tensor::from<T>({rows_, 1}, d_.data<T>().first(static_cast<std::size_t>(rows_)));
}

template <class T>
LineColumns<T> LineData<T>::columns() const {
  const auto ones = ones_.data<T>();
  return {ones.data(), x_.data<T>().data(), d_.data<T>().data(), ones.size()};
}

template class LineData<float>;
template class LineData<double>;

}  // namespace deft::benchmark
