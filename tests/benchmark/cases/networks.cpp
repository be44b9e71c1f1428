/// What networks are made of, written with public operations: a softmax of each row, a layer norm,
/// their gradients, and sums over rows.

#include <array>
#include <functional>
#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "native/networks.hpp"
#include "references/reader.hpp"

namespace deft::benchmark {
namespace {

Output layer_norm(const Output& x, const Output& scale, const Output& shift) {
  const Output centred = x - reduce_mean(x, {.axes = {1}, .keep_dims = true});
  const Output variance = reduce_mean(square(centred), {.axes = {1}, .keep_dims = true});
  return centred * rsqrt(variance + 1e-5) * scale + shift;
}

/// x and g are matrices, scale and shift a row for each of their columns.
struct Operands {
  Operands(std::int64_t rows, std::int64_t columns)
      : x(random_tensor({rows, columns}, 1)),
        g(random_tensor({rows, columns}, 2)),
        scale(random_tensor({columns}, 3)),
        shift(random_tensor({columns}, 4)) {}

  Tensor x, g, scale, shift;
};

struct Variables {
  Output x, g, scale, shift;
};

/// Everything is a variable: nothing is known before the run, and the result needs no new memory.
class Network {
 public:
  using Write = Output (*)(const Variables&);

  Network(const Operands& operands, Write write, bool generate_code)
      : session_(graph_, {.threads = 1, .optimizations = {.generate_code = generate_code}}) {
    const Variables all{variable(graph_, operands.x), variable(graph_, operands.g),
                        variable(graph_, operands.scale), variable(graph_, operands.shift)};
    const Output made = write(all);
    result_ = variable(zeros(graph_, DType::f32, made.shape()));
    step_ = group({assign(result_, made)});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor result() { return session_.eval(result_); }

 private:
  Graph graph_;
  Session session_;
  Output result_;
  Output step_;
};

using ByHand = std::function<void(const Operands&, Tensor&)>;

/// By hand, results go to two places in turn, as those of steps do: what was before remains until a
/// step is done.
Contest contest(const Setting& setting, const Operands& operands, Network::Write write,
                const ByHand& by_hand, bool generate_code) {
  const auto ours = std::make_shared<Network>(operands, write, generate_code);
  const auto results = std::make_shared<std::array<Tensor, 2>>();
  for (Tensor& result : *results) result = Tensor::zeros(DType::f32, operands.x.shape());
  ours->run(1);
  by_hand(operands, (*results)[0]);
  expect_close(ours->result(), (*results)[0], 1e-4);
  const Work theirs = [=](std::int64_t n) {
    for (; n > 0; --n) by_hand(operands, (*results)[static_cast<std::size_t>(n % 2)]);
  };
  return {timed(setting, runs_of(ours), 1e6), timed(setting, theirs, 1e6)};
}

const float* values(const Tensor& tensor) { return tensor.data<float>().data(); }
float* values(Tensor& tensor) { return tensor.mutable_data<float>().data(); }
std::size_t rows_of(const Operands& o) { return static_cast<std::size_t>(o.x.shape()[0]); }
std::size_t columns_of(const Operands& o) { return static_cast<std::size_t>(o.x.shape()[1]); }

}  // namespace

template <std::int64_t columns, bool generate_code>
Contest softmax_rows(const Setting& setting) {
  const Operands operands(setting.size(columns == 10 ? 100'000 : 4096, 20), columns);
  return contest(
      setting, operands, [](const Variables& v) { return softmax(v.x); },
      [](const Operands& o, Tensor& y) {
        softmax_by_hand(values(o.x), values(y), rows_of(o), columns_of(o));
      },
      generate_code);
}

template <std::int64_t columns, bool generate_code>
Contest softmax_gradient(const Setting& setting) {
  const Operands operands(setting.size(columns == 10 ? 100'000 : 4096, 20), columns);
  return contest(
      setting, operands,
      [](const Variables& v) { return gradients(reduce_sum(softmax(v.x) * v.g), {v.x}).at(0); },
      [](const Operands& o, Tensor& d) {
        softmax_gradient_by_hand(values(o.x), values(o.g), values(d), rows_of(o), columns_of(o));
      },
      generate_code);
}

template <bool generate_code>
Contest layer_norm(const Setting& setting) {
  return contest(
      setting, Operands(setting.size(4096, 20), 768),
      [](const Variables& v) { return layer_norm(v.x, v.scale, v.shift); },
      [](const Operands& o, Tensor& y) {
        layer_norm_by_hand(values(o.x), values(o.scale), values(o.shift), values(y), rows_of(o),
                           columns_of(o));
      },
      generate_code);
}

template <bool generate_code>
Contest layer_norm_gradient(const Setting& setting) {
  return contest(
      setting, Operands(setting.size(4096, 20), 768),
      [](const Variables& v) {
        return gradients(reduce_sum(layer_norm(v.x, v.scale, v.shift) * v.g), {v.x}).at(0);
      },
      [](const Operands& o, Tensor& d) {
        layer_norm_gradient_by_hand(values(o.x), values(o.scale), values(o.g), values(d),
                                    rows_of(o), columns_of(o));
      },
      generate_code);
}

/// Against reading both matrices once.
template <bool generate_code>
Contest column_sums(const Setting& setting) {
  const Operands operands(setting.size(4096, 20), 1000);
  const auto ours = std::make_shared<Network>(
      operands,
      [](const Variables& v) { return reduce_sum(where(greater(v.x, 0), v.g, 0), {.axes = {0}}); },
      generate_code);
  ours->run(1);
  Tensor sums = Tensor::zeros(DType::f32, {1000});
  for (std::size_t i = 0; i < rows_of(operands) * 1000; ++i)
    if (values(operands.x)[i] > 0) values(sums)[i % 1000] += values(operands.g)[i];
  expect_close(ours->result(), sums, 1e-4);
  const Reader x(operands.x, 1);
  const Reader g(operands.g, 1);
  x.check();
  g.check();
  const Work reading = [=](std::int64_t n) {
    for (; n > 0; --n) {
      x.run(1);
      g.run(1);
    }
  };
  return {timed(setting, runs_of(ours), 1e6), timed(setting, reading, 1e6)};
}

template Contest softmax_rows<10, true>(const Setting&);
template Contest softmax_rows<10, false>(const Setting&);
template Contest softmax_rows<1000, true>(const Setting&);
template Contest softmax_rows<1000, false>(const Setting&);
template Contest softmax_gradient<10, true>(const Setting&);
template Contest softmax_gradient<10, false>(const Setting&);
template Contest softmax_gradient<1000, true>(const Setting&);
template Contest softmax_gradient<1000, false>(const Setting&);
template Contest layer_norm<true>(const Setting&);
template Contest layer_norm<false>(const Setting&);
template Contest layer_norm_gradient<true>(const Setting&);
template Contest layer_norm_gradient<false>(const Setting&);
template Contest column_sums<true>(const Setting&);
template Contest column_sums<false>(const Setting&);

}  // namespace deft::benchmark
