#include "prod_of_others.hpp"

#include <algorithm>
#include <cstdint>

#include "kernels/axis_view.hpp"
#include "kernels/blocks.hpp"
#include "kernels/in_pieces.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

std::size_t to_size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// A product of sums x + e_1 g_1 + ... + e_m g_m is 2^m numbers: number s is the coefficient of all
/// e_a whose bit is set in s, of each of them once. Higher powers are left out.
template <class T>
struct ProdOfOthers {
  AxisView x;
  std::size_t tangents;

  std::int64_t terms() const { return std::int64_t{1} << tangents; }
  std::int64_t lines_per_block() const { return per_block(x.size * terms()); }
  std::int64_t blocks() const { return ceil_div(x.lines(), lines_per_block()); }

  /// The products behind each element of a line, and the one before an element.
  std::size_t thread_scratch() const { return to_size((x.size + 1) * terms()) * sizeof(double); }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t last = std::min(end * lines_per_block(), x.lines());
    for (std::int64_t line = begin * lines_per_block(); line < last; ++line)
      if (!run_line(args, x.begin(line))) return;
  }

 private:
  /// False if the run is to end.
  bool run_line(const KernelArgs& args, std::int64_t first) const {
    double* const behind = reinterpret_cast<double*>(args.thread_scratch);
    double* const before = behind + x.size * terms();
    const std::int64_t piece = std::max<std::int64_t>(1, piece_elements / terms());
    const auto at = [&](std::int64_t i) { return first + i * x.inner; };
    set_to_one(behind + (x.size - 1) * terms());
    set_to_one(before);
    return in_pieces(args, x.size - 1, piece,
                     [&](std::int64_t from, std::int64_t to) {
                       for (std::int64_t i = x.size - 1 - from; i > x.size - 1 - to; --i)
                         take(args, at(i), behind + i * terms(), behind + (i - 1) * terms());
                     }) &&
           in_pieces(args, x.size, piece, [&](std::int64_t from, std::int64_t to) {
             for (std::int64_t i = from; i < to; ++i) {
               args.output<T>()[at(i)] = static_cast<T>(last_term(before, behind + i * terms()));
               take(args, at(i), before, before);
             }
           });
  }

  void set_to_one(double* product) const {
    std::fill_n(product, terms(), 0.0);
    product[0] = 1;
  }

  /// Takes element `at` into a product; `to` may be `from`.
  void take(const KernelArgs& args, std::int64_t at, const double* from, double* to) const {
    const auto factor = static_cast<double>(args.input<T>(0)[at]);
    for (std::int64_t s = terms() - 1; s >= 0; --s) {
      double sum = from[s] * factor;
      for (std::size_t a = 0; a < tangents; ++a) {
        const std::int64_t bit = std::int64_t{1} << a;
        if ((s & bit) != 0) sum += from[s - bit] * static_cast<double>(args.input<T>(1 + a)[at]);
      }
      to[s] = sum;
    }
  }

  /// The coefficient of e_1 ... e_m of a product of two.
  double last_term(const double* before, const double* behind) const {
    double sum = 0;
    for (std::int64_t s = 0; s < terms(); ++s) sum += before[s] * behind[terms() - 1 - s];
    return sum;
  }
};

}  // namespace

Kernel prod_of_others_kernel(std::size_t axis, const KernelContext& context) {
  const TensorSpec& x = context.inputs[0];
  const std::int64_t count = x.shape.num_elements();
  if (count == 0) return {};
  return visit_floating(x.dtype, [&]<class T>(std::type_identity<T>) {
    const ProdOfOthers<T> body{AxisView(x.shape, axis), context.inputs.size() - 1};
    const auto tangents = static_cast<double>(body.tangents);
    const double flops =
        static_cast<double>(count) * static_cast<double>(body.terms()) * (4 + 2 * tangents);
    Kernel kernel = make_blocked_kernel(body, body.blocks(), 0, flops);
    kernel.thread_scratch_bytes = body.thread_scratch();
    return kernel;
  });
}

}  // namespace deft
