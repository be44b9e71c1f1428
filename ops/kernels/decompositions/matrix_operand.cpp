#include "matrix_operand.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>

#include "kernels/position_text.hpp"

namespace deft {
namespace {

std::string text_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

}  // namespace

MatrixOperand::MatrixOperand(const char* name, const TensorSpec& spec)
    : name_(name),
      dtype_(spec.dtype),
      shape_(spec.shape),
      rows_(spec.shape.dims()[spec.shape.rank() - 2]),
      columns_(spec.shape.dims()[spec.shape.rank() - 1]),
      count_(Shape(spec.shape.dims().first(spec.shape.rank() - 2)).num_elements()) {}

void MatrixOperand::load(const void* data, std::int64_t number, double* to) const {
  visit_floating(dtype_, [&]<class T>(std::type_identity<T>) {
    const T* from = static_cast<const T*>(data) + number * size();
    std::copy(from, from + size(), to);
  });
}

void MatrixOperand::load_finite(const void* data, std::int64_t number, double* to) const {
  load(data, number, to);
  require_finite(to, number);
}

void MatrixOperand::load_triangle(const void* data, std::int64_t number, bool lower,
                                  bool without_diagonal, double* to) const {
  load(data, number, to);
  for (std::int64_t i = 0; i < rows_; ++i) {
    double* row = to + i * columns_;
    if (lower)
      std::fill(row + i + (without_diagonal ? 0 : 1), row + columns_, 0.0);
    else
      std::fill(row, row + i + (without_diagonal ? 1 : 0), 0.0);
  }
  require_finite(to, number);
}

void MatrixOperand::require_finite(const double* values, std::int64_t number) const {
  for (std::int64_t i = 0; i < size(); ++i)
    if (!std::isfinite(values[i]))
      throw ValueError({.code = ErrorCode::numeric,
                        .message = std::string(name_) + " " + shape_.to_string() + " holds " +
                                   (std::isnan(values[i]) ? "NaN" : "an infinity") + " at " +
                                   position_text(shape_, number * size() + i),
                        .cure = "only finite matrices are decomposed"});
}

void MatrixOperand::store(const double* from, std::int64_t number, void* data) const {
  visit_floating(dtype_, [&]<class T>(std::type_identity<T>) {
    T* to = static_cast<T*>(data) + number * size();
    for (std::int64_t i = 0; i < size(); ++i) to[i] = static_cast<T>(from[i]);
  });
}

const double* MatrixOperand::read_finite(const void* data, std::int64_t number,
                                         double* work) const {
  const double* values = work;
  if (dtype_ == DType::f64)
    values = static_cast<const double*>(data) + number * size();
  else
    load(data, number, work);
  require_finite(values, number);
  return values;
}

double* MatrixOperand::begin(void* data, std::int64_t number, double* work) const {
  return dtype_ == DType::f64 ? static_cast<double*>(data) + number * size() : work;
}

void MatrixOperand::finish(const double* written, std::int64_t number, void* data) const {
  if (dtype_ != DType::f64) store(written, number, data);
}

void MatrixOperand::refuse_pivot(const char* what, std::int64_t number, std::int64_t pivot,
                                 double value, const char* cure) const {
  const Shape batch(shape_.dims().first(shape_.rank() - 2));
  throw ValueError(
      {.code = ErrorCode::numeric,
       .message = std::string(name_) + " " + shape_.to_string() + " is " + what + ": pivot " +
                  std::to_string(pivot) +
                  (batch.rank() == 0 ? "" : " of matrix " + position_text(batch, number)) + " is " +
                  text_of(value),
       .cure = cure});
}

}  // namespace deft
